/** The component types that the house's forms know (forms/subset.py), and what people call them. */
export const TYPE_NAMES: Record<string, string> = {
  textfield: '单行文字',
  textarea: '多行文字',
  number: '数字',
  datetime: '日期',
  checkbox: '勾选框',
  radio: '单选',
  select: '下拉选择',
  checklist: '多选',
  filepicker: '附件',
  dynamiclist: '多行列表',
  group: '分组',
  text: '说明文字',
  separator: '分隔线',
};

/** What the text or number of a field is; the server checks and masks by it. */
export const KINDS: Record<string, [string, string][]> = {
  textfield: [
    ['', '普通文字'],
    ['money', '金额（元）'],
    ['percent', '百分比'],
    ['date', '日期'],
    ['credit_code', '统一社会信用代码'],
    ['id_number', '身份证号码'],
    ['phone', '电话'],
    ['account', '银行账号'],
    ['organisation', '部门'],
    ['user', '人员'],
  ],
  number: [
    ['', '普通数字'],
    ['money', '金额（元）'],
    ['percent', '百分比'],
  ],
  ...Object.fromEntries(
    ['select', 'radio', 'checklist'].map((type) => [
      type,
      [
        ['', '普通选项'],
        ['organisation', '部门'],
        ['user', '人员'],
      ] as [string, string][],
    ]),
  ),
};

/** Components whose answer may go into the data of the process. */
export const OUTPUT_TYPES = new Set(['textfield', 'number', 'datetime', 'checkbox', 'radio', 'select', 'checklist']);
/** Components that are answered; the others only show something. */
export const ANSWERED = new Set([...OUTPUT_TYPES, 'textarea', 'filepicker', 'dynamiclist']);
export const CHOICES = new Set(['radio', 'select', 'checklist']);
