import { isType } from '../../diagram/services';
import { scriptField } from './entries';
import { group, type GroupBuilder } from './group';

/** 计算: the lines `name = expression` of a script task. */
export const scriptTaskGroup: GroupBuilder = ({ element, editor }) => {
  if (!isType(element, 'bpmn:ScriptTask')) return null;
  const entry = scriptField({
    id: 'zhida-script',
    label: '计算内容',
    description: '每行一项：变量 = 表达式，如 total = sum(amounts)',
    rows: 5,
    get: () => element.businessObject.get<string | undefined>('script') ?? '',
    set: (value) => editor.update(element, element.businessObject, { script: value?.trim() || undefined }),
  });
  return group('zhida-script', '计算', [entry]);
};
