/** One field of a quick form: the name of its variable and its type. */
export interface QuickField {
  name: string;
  type: string;
}

export const QUICK_TYPES = [
  { value: 'text', label: '文字' },
  { value: 'integer', label: '整数' },
  { value: 'number', label: '数字' },
  { value: 'money', label: '金额' },
  { value: 'boolean', label: '是否' },
  { value: 'date', label: '日期' },
];

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** The fields of a stored quick form (`decision:text, ok:boolean`); a field without a type is text. */
export function readQuickForm(text: string): QuickField[] {
  const parts = text.replaceAll('，', ',').replaceAll('：', ':').split(',');
  const fields = parts.map((part) => {
    const [name = '', type = ''] = part.split(':').map((piece) => piece.trim());
    return { name, type: type || 'text' };
  });
  return fields.filter((field) => field.name);
}

export function writeQuickForm(fields: QuickField[]): string {
  return fields.filter((field) => field.name).map((field) => `${field.name}:${field.type}`).join(', ');
}

/** What is wrong with a name among these fields, in words; null when nothing is. */
export function quickNameFault(name: string, others: QuickField[]): string | null {
  if (!name) return null;
  if (!NAME.test(name)) return `“${name}”不能做名称：以字母或汉字开头，不带空格和标点。`;
  return others.some((field) => field.name === name) ? `名称 ${name} 重复了。` : null;
}
