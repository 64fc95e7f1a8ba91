import type { Plugin } from 'vite';

/** File of the library -> English literal in its code -> the same literal in Chinese. */
const LITERALS: Record<string, Record<string, string>> = {
  '@bpmn-io/form-js-editor/dist/index.es.js': {
    'title: "Components"': 'title: "组件"',
    'children: "Components"': 'children: "组件"',
    'placeholder: "Search components"': 'placeholder: "查找组件", "aria-label": "查找组件"',
    'title: "Clear content"': 'title: "清空"',
    'children: "No components found."': 'children: "没有这样的组件。"',
    "label: 'Input',": "label: '填写',",
    "label: 'Selection',": "label: '选择',",
    "label: 'Presentation',": "label: '说明',",
    "label: 'Containers',": "label: '分组',",
    "label: 'Action',\n  id": "label: '动作',\n  id",
    'title: `Create ${getIndefiniteArticle(type)} ${label} element`': 'title: `加入“${label}”`',
    'children: "Drag and drop components here."': 'children: "把组件拖到这里。"',
    'children: "Build your form"': 'children: "这张表单还是空的"',
    'children: "Drag and drop components here to start designing."': 'children: "从左边拖入组件，或选中组件后按回车。"',
    'children: "Use the preview window to test your form."': 'children: "用“预览”试填。"',
    'children: "Repeatable"': 'children: "可以填多行"',
    "return 'Remove form field'": "return '删除这个组件'",
    'return `Remove ${entry.label}`': 'return `删除这个${entry.label}`',
  },
  '@bpmn-io/form-js-viewer/dist/index.es.js': {
    "valueLabel || 'Select'": "valueLabel || '请选择'",
    "'Add new'": "'增加一行'",
    'children: "Browse"': 'children: "选择文件"',
    "return 'No files selected'": "return '没有选择文件'",
    '"aria-label": "Increment"': '"aria-label": "加一"',
    '"aria-label": "Decrement"': '"aria-label": "减一"',
    'placeholder: getLocaleReadableDateFormat(),': 'placeholder: "年/月/日",',
    "placeholder: 'Search'": "placeholder: '查找'",
    '"aria-label": `Remove list item ${itemIndex + 1}`': '"aria-label": `删除第 ${itemIndex + 1} 行`',
  },
  // The table editor has a translation service, but not for these two.
  'dmn-js-decision-table/lib/features/context-menu/ContextMenu.js': {
    'Decision table context menu': '决策表菜单',
  },
  'dmn-js-shared/lib/components/List.js': { '"Remove item"': '"删除这一项"' },
};

/**
 * The form editor has no translation service: its texts are replaced in its code while it is bundled.
 *
 * The build fails when a text is not found (the library changed) or a file was never seen.
 */
export function chineseLibraries(): Plugin {
  const seen = new Set<string>();
  return {
    name: 'zhida-chinese-libraries',
    transform(code, id) {
      const file = Object.keys(LITERALS).find((name) => id.split('?')[0]?.endsWith(name));
      if (file === undefined) return null;
      seen.add(file);
      return { code: translated(code, LITERALS[file] ?? {}, (text) => this.error(`${file} no longer says ${text}`)), map: null };
    },
    buildEnd(error) {
      const lost = Object.keys(LITERALS).filter((file) => !seen.has(file));
      if (!error && lost.length) this.error(`not bundled, so not translated: ${lost.join(', ')}`);
    },
  };
}

function translated(code: string, literals: Record<string, string>, missing: (text: string) => never): string {
  let result = code;
  for (const [english, chinese] of Object.entries(literals)) {
    if (!result.includes(english)) missing(english);
    result = result.split(english).join(chinese);
  }
  return result;
}
