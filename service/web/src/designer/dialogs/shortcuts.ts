import { element, newDialog } from './dialog';

const KEYS: [string, string][] = [
  ['Ctrl + Z', '撤销'],
  ['Ctrl + Y', '重做'],
  ['Ctrl + C / Ctrl + V', '复制、粘贴选中的元素（可以粘贴到另一张图）'],
  ['Ctrl + F', '在图中查找环节'],
  ['Ctrl + A', '全部选中'],
  ['Delete', '删除选中的元素'],
  ['E', '修改名称'],
  ['A', '接着画其他元素'],
  ['N', '新增其他元素'],
  ['R', '更换类型'],
  ['C', '连线'],
  ['H / L / S', '移动画布、框选、拉开间距'],
  ['方向键', '移动选中的元素；按住 Shift 移动得更远'],
  ['Ctrl + 滚轮', '放大、缩小'],
  ['Ctrl + 0', '恢复原始大小'],
];

/** Shows which keys work on the canvas. */
export function showShortcuts(): void {
  const dialog = newDialog('键盘操作');
  const table = document.createElement('table');
  table.className = 'zd-table';
  const body = table.createTBody();
  for (const [keys, what] of KEYS) {
    const row = body.insertRow();
    row.append(element('th', keys), element('td', what));
    row.firstElementChild?.setAttribute('scope', 'row');
  }
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'btn btn-primary';
  close.textContent = '知道了';
  close.addEventListener('click', () => dialog.close());
  dialog.append(element('p', '先点一下画布，再按键。'), table, close);
  dialog.showModal();
}
