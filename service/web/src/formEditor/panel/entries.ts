import type { FormField } from '../library';
import { ANSWERED, CHOICES, KINDS, OUTPUT_TYPES } from '../subset';
import { type Entry, type Section, held, inside, own } from './entry';

const KEY = /^[\p{L}_][\p{L}\p{N}_]{0,63}$/u;
const KEY_HINT = '办理动作和条件里用的名字，发布后不要随意改。';

/** The settings of a component, in sections; the form itself when nothing is selected. */
export function sectionsOf(field: FormField, taken: (field: FormField, key: string) => boolean): Section[] {
  if (field.type === 'default') return [{ title: '表单', entries: [inside('properties', 'title', { label: '表单名称', kind: 'text' })] }];
  if (field.type === 'separator') return [{ title: '分隔线', entries: [condition()] }];
  if (field.type === 'text') return [{ title: '说明文字', entries: [own('text', { label: '文字', kind: 'area' }), condition()] }];
  if (field.type === 'group') return [{ title: '分组', entries: [own('label', { label: '组名', kind: 'text' }), condition()] }];
  const sections = [
    { title: '栏目', entries: [name(field), key(field, taken), own('description', { label: '填写说明', kind: 'area' })] },
    { title: '内容', entries: contentOf(field) },
    { title: '规则', entries: rulesOf(field) },
    { title: '显示和去向', entries: destinationOf(field) },
  ];
  return sections.filter((section) => section.entries.length);
}

function name(field: FormField): Entry {
  return own(field.type === 'datetime' ? 'dateLabel' : 'label', { label: '名称', kind: 'text' });
}

function key(field: FormField, taken: (field: FormField, key: string) => boolean): Entry {
  const property = field.type === 'dynamiclist' ? 'path' : 'key';
  const entry = own(property, { label: '栏目标识', kind: 'text', hint: KEY_HINT });
  return {
    ...entry,
    id: 'key',
    write: (target, value) => {
      const text = String(value).trim();
      if (!KEY.test(text)) throw new Error('标识以字母或汉字开头，只用字母、汉字、数字和下划线。');
      if (taken(target, text)) throw new Error(`标识“${text}”已经有别的栏目在用，请换一个。`);
      return { [property]: text };
    },
  };
}

function contentOf(field: FormField): Entry[] {
  const entries: Entry[] = [];
  const kinds = KINDS[field.type];
  if (kinds) entries.push(inside('properties', 'kind', { label: '内容是什么', kind: 'select', options: kinds }));
  if (CHOICES.has(field.type)) entries.push(...choicesOf(field));
  if (field.type === 'number') entries.push(own('decimalDigits', { label: '小数位数', kind: 'number', hint: '0 至 6 位。' }));
  if (field.type === 'filepicker') {
    entries.push(
      own('multiple', { label: '可以传多个文件', kind: 'check' }),
      own('accept', { label: '文件类型', kind: 'text', hint: '例如 .pdf,.jpg；不填就不限。' }),
    );
  }
  if (field.type === 'dynamiclist') {
    entries.push(
      { ...own('allowAddRemove', { label: '行数固定，由系统给出', kind: 'check' }), read: (each) => each.allowAddRemove === false, write: (_each, value) => ({ allowAddRemove: value ? false : undefined }) },
      inside('properties', 'min_rows', { label: '最少行数', kind: 'number' }),
      inside('properties', 'max_rows', { label: '最多行数', kind: 'number' }),
    );
  }
  return entries;
}

function choicesOf(field: FormField): Entry[] {
  const given = field.valuesKey !== undefined;
  const source: Entry = {
    id: 'choices-source',
    label: '选项从哪里来',
    kind: 'select',
    options: [
      ['values', '写在表单里'],
      ['valuesKey', '办理时由系统给出'],
    ],
    read: (each) => (each.valuesKey === undefined ? 'values' : 'valuesKey'),
    write: (_each, value) =>
      value === 'valuesKey'
        ? { valuesKey: 'choices', values: undefined }
        : { values: [{ label: '选项一', value: '选项一' }], valuesKey: undefined },
  };
  if (given) return [source, own('valuesKey', { label: '选项的名字', kind: 'text', hint: '办理动作用这个名字给出选项。' })];
  return [source, choiceLines()];
}

function choiceLines(): Entry {
  return {
    id: 'choices',
    label: '选项',
    kind: 'area',
    hint: '一行一个。要存的值和名称不同时写成 值=名称，例如 Q1=主体不符。',
    read: (field) => optionsOf(field).map(({ value, label }) => (String(value) === label ? label : `${value}=${label}`)).join('\n'),
    write: (field, value) => ({ values: readChoices(String(value), optionsOf(field)) }),
  };
}

interface Choice {
  label: string;
  value: unknown;
}

function optionsOf(field: FormField): Choice[] {
  return Array.isArray(field.values) ? (field.values as Choice[]) : [];
}

/** Lines to choices; a value that stood there as a number or yes/no before stays one. */
function readChoices(text: string, before: Choice[]): Choice[] {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean);
  if (!lines.length) throw new Error('请至少写一个选项。');
  const choices = lines.map((line) => {
    const [value = '', ...label] = line.includes('=') ? line.split('=') : [line, line];
    const known = before.find((each) => String(each.value) === value.trim());
    return { label: label.join('=').trim() || value.trim(), value: known ? known.value : value.trim() };
  });
  if (new Set(choices.map((each) => String(each.value))).size < choices.length) throw new Error('有两个选项的值相同，请改一个。');
  return choices;
}

function rulesOf(field: FormField): Entry[] {
  if (!ANSWERED.has(field.type)) return [];
  const label = field.type === 'checkbox' ? '必须勾选' : '必填';
  const entries: Entry[] = [inside('validate', 'required', { label, kind: 'check' })];
  const kind = held(field, 'properties').kind;
  if (field.type === 'number' || kind === 'money' || kind === 'percent') {
    const unit = kind === 'money' ? '（元）' : '';
    entries.push(
      inside('validate', 'min', { label: `最小${unit}`, kind: 'number' }),
      inside('validate', 'max', { label: `最大${unit}`, kind: 'number' }),
    );
  }
  if (field.type === 'textarea' || (field.type === 'textfield' && !kind)) {
    entries.push(
      inside('validate', 'minLength', { label: '最少字数', kind: 'number' }),
      inside('validate', 'maxLength', { label: '最多字数', kind: 'number' }),
    );
  }
  if (field.type === 'textfield' && !kind) {
    entries.push(inside('validate', 'pattern', { label: '格式（正则表达式）', kind: 'text', hint: '要匹配整段文字，请写 ^ 和 $。' }));
  }
  return entries;
}

function destinationOf(field: FormField): Entry[] {
  const entries: Entry[] = [
    own('readonly', { label: '只读，由系统给出', kind: 'check' }),
    inside('properties', 'personal', { label: '个人信息（显示时遮蔽）', kind: 'check' }),
  ];
  if (OUTPUT_TYPES.has(field.type)) {
    entries.push(inside('properties', 'output', { label: '流程数据名', kind: 'text', hint: '填了才会进入流程数据，供条件和决策表使用。' }));
  }
  return [...entries, condition()];
}

/** `conditional.hide` is an expression; the leading `=` is the file's business. */
function condition(): Entry {
  return {
    id: 'hide',
    label: '什么时候隐藏',
    kind: 'text',
    hint: '写成表达式，例如 result != "通过"；不填就一直显示。',
    read: (field) => String(held(field, 'conditional').hide ?? '').replace(/^\s*=/, '').trim(),
    write: (_field, value) => ({ conditional: String(value).trim() ? { hide: `=${String(value).trim()}` } : undefined }),
  };
}
