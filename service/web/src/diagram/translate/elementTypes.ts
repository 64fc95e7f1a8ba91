/** Names of the element types, as the replace menu and the head of the properties panel show them. */

const activities: Record<string, string> = {
  Task: '环节',
  'User task': '人工任务',
  'Service task': '自动任务',
  'Manual task': '线下任务',
  'Script task': '脚本任务',
  'Send task': '发送任务',
  'Receive task': '接收任务',
  'Business rule task': '决策任务',
  'Call activity': '调用流程',
  'Sub-process': '子流程',
  'Sub-process (collapsed)': '子流程（收起）',
  'Sub-process (expanded)': '子流程（展开）',
  'Event sub-process': '事件子流程',
  'Ad-hoc sub-process': '自由子流程',
  'Ad-hoc sub-process (collapsed)': '自由子流程（收起）',
  'Ad-hoc sub-process (expanded)': '自由子流程（展开）',
  Transaction: '事务',
  'User Task': '人工任务',
  'Service Task': '自动任务',
  'Manual Task': '线下任务',
  'Script Task': '脚本任务',
  'Send Task': '发送任务',
  'Receive Task': '接收任务',
  'Business Rule Task': '决策任务',
  'Call Activity': '调用流程',
  'Sub Process': '子流程',
  'Expanded Sub Process': '子流程（展开）',
  'Collapsed Sub Process': '子流程（收起）',
  'Event Sub Process': '事件子流程',
  'Ad Hoc Sub Process': '自由子流程',
  'Expanded Ad Hoc Sub Process': '自由子流程（展开）',
  'Collapsed Ad Hoc Sub Process': '自由子流程（收起）',
};

const gatewaysAndFlows: Record<string, string> = {
  Gateway: '分支',
  'Exclusive gateway': '排他网关（只走一条）',
  'Parallel gateway': '并行网关（同时走）',
  'Inclusive gateway': '包容网关（满足的都走）',
  'Event-based gateway': '事件网关（等先发生的）',
  'Complex gateway': '复杂网关',
  'Exclusive Gateway': '排他网关（只走一条）',
  'Parallel Gateway': '并行网关（同时走）',
  'Inclusive Gateway': '包容网关（满足的都走）',
  'Event Based Gateway': '事件网关（等先发生的）',
  'Complex Gateway': '复杂网关',
  'Sequence flow': '流转线',
  'Default flow': '默认流转线',
  'Conditional flow': '带条件的流转线',
  'Sequence Flow': '流转线',
  'Default Flow': '默认流转线',
  'Conditional Flow': '带条件的流转线',
  'Message Flow': '消息线',
  Association: '关联线',
  'Data Input Association': '资料关联线',
  'Data Output Association': '资料关联线',
};

const others: Record<string, string> = {
  Process: '流程',
  Collaboration: '协作图',
  Participant: '流程框',
  Lane: '泳道',
  Group: '分组框',
  'Text Annotation': '注释',
  Label: '文字',
  'Data object reference': '资料',
  'Data store reference': '资料库',
  'Data Object Reference': '资料',
  'Data Store Reference': '资料库',
  'Data Object': '资料',
  'Data Store': '资料库',
  'Empty pool/participant': '空流程框',
  'Empty pool/participant (removes content)': '空流程框（清除内容）',
  'Expanded pool/participant': '展开的流程框',
  'Empty Pool': '空流程框',
  'Expanded Pool': '展开的流程框',
};

/** What an event is about: English stem of the libraries -> Chinese stem. */
const TRIGGERS: Record<string, string> = {
  Message: '消息',
  Timer: '定时',
  Signal: '信号',
  Conditional: '条件',
  Error: '差错',
  Escalation: '升级',
  Compensation: '补偿',
  Compensate: '补偿',
  Link: '跳转',
  Cancel: '取消',
  Terminate: '终止全部',
};

const menuKinds: [string, (trigger: string) => string][] = [
  ['start event', (t) => `${t}开始`],
  ['start event (non-interrupting)', (t) => `${t}开始（不中断）`],
  ['intermediate catch event', (t) => `等待${t}`],
  ['intermediate throw event', (t) => `发出${t}`],
  ['boundary event', (t) => `边界${t}事件（中断环节）`],
  ['boundary event (non-interrupting)', (t) => `边界${t}事件（不中断环节）`],
  ['end event', (t) => `${t}结束`],
];

const panelKinds: [string, (trigger: string) => string][] = [
  ['Start Event', (t) => `${t}开始`],
  ['Start Event (Non Interrupting)', (t) => `${t}开始（不中断）`],
  ['Intermediate Catch Event', (t) => `等待${t}`],
  ['Intermediate Throw Event', (t) => `发出${t}`],
  ['Boundary Event', (t) => `边界${t}事件（中断环节）`],
  ['Boundary Event (Non Interrupting)', (t) => `边界${t}事件（不中断环节）`],
  ['End Event', (t) => `${t}结束`],
];

const plainEvents: Record<string, string> = {
  'Start event': '开始',
  'End event': '结束',
  'Intermediate throw event': '中间事件',
  'Intermediate catch event': '等待事件',
  'Boundary event': '边界事件',
  'Start Event': '开始',
  'End Event': '结束',
  'Intermediate Throw Event': '中间事件',
  'Intermediate Catch Event': '等待事件',
  'Boundary Event': '边界事件',
};

function eventNames(): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [trigger, chinese] of Object.entries(TRIGGERS)) {
    for (const [kind, name] of [...menuKinds, ...panelKinds]) names[`${trigger} ${kind}`] = name(chinese);
  }
  return names;
}

export const elementTypes: Record<string, string> = {
  ...activities,
  ...gatewaysAndFlows,
  ...others,
  ...plainEvents,
  ...eventNames(),
};
