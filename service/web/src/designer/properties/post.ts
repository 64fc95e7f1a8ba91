import { fromEditor, toEditor } from '../model/expression';
import { COMPUTED, formatPost, literalDepartment, parsePost, type Post, STARTER } from '../model/post';
import { property, setProperty } from '../model/properties';
import { choiceField, feelField, type PanelEntry } from './entries';
import type { PanelContext } from './group';

const ANY = '';
const BY_EXPRESSION = '=';
/** What the choice "by expression" begins with: the task data carries the own department in most diagrams. */
const FIRST_EXPRESSION = 'organisation';

/** 办理岗位: which role, of which department; with a warning when nobody holds that post today. */
export function postEntries(context: PanelContext): PanelEntry[] {
  const post = storedPost(context);
  if (!post.role || post.role === STARTER) return [roleEntry(context, post)];
  if (post.role === COMPUTED) return [roleEntry(context, post), expressionEntry(context, '算出岗位的表达式')];
  const whose = departmentEntry(context, post);
  if (!post.department || literalDepartment(post.department) !== null) return [roleEntry(context, post), whose];
  return [roleEntry(context, post), whose, expressionEntry(context, '所在部门（表达式）')];
}

function storedPost({ element }: PanelContext): Post {
  return parsePost(property(element, 'post'));
}

function store({ element, editor }: PanelContext, post: Post): void {
  setProperty(editor, element, 'post', formatPost(post));
}

function roleEntry(context: PanelContext, post: Post): PanelEntry {
  const held = context.catalogue.roles.filter((item) => item.key !== STARTER);
  const roles = held.map((item) => ({ value: item.key, label: item.title }));
  return choiceField({
    id: 'zhida-role',
    label: '办理岗位',
    description: post.role ? vacancy(context, post) : '不选岗位时，由发起流程的人办理。',
    choices: [...roles, { value: STARTER, label: '发起流程的人' }, { value: COMPUTED, label: '由表达式算出' }],
    get: () => storedPost(context).role,
    set: (role = '') => {
      const keeps = role && role !== STARTER && role !== COMPUTED && post.role !== COMPUTED;
      store(context, { role, department: keeps ? post.department : role === COMPUTED ? 'post' : '' });
    },
  });
}

function departmentEntry(context: PanelContext, post: Post): PanelEntry {
  const own = literalDepartment(post.department);
  return choiceField({
    id: 'zhida-organisation',
    label: '哪个部门的人办理',
    none: '任何部门',
    choices: [
      ...context.catalogue.organisations.map((item) => ({ value: item.key, label: item.title })),
      { value: BY_EXPRESSION, label: '由表达式算出' },
    ],
    get: () => (post.department === '' ? ANY : (own ?? BY_EXPRESSION)),
    set: (value = ANY) => {
      const department = value === BY_EXPRESSION ? FIRST_EXPRESSION : value && `"${value}"`;
      store(context, { role: post.role, department });
    },
  });
}

function expressionEntry(context: PanelContext, label: string): PanelEntry {
  return feelField({
    id: 'zhida-department',
    label,
    description: '如 maker_org。',
    feel: 'required',
    get: () => toEditor(storedPost(context).department),
    set: (value) => {
      const post = storedPost(context);
      store(context, { ...post, department: fromEditor(value, post.department) });
    },
  });
}

/** The sentence that warns of a post nobody holds today; undefined when there is somebody, or nothing is known. */
function vacancy({ catalogue }: PanelContext, { role, department }: Post): string | undefined {
  const found = catalogue.roles.find((item) => item.key === role);
  if (!found?.holders) return undefined;
  if (!found.holders.length) return `提醒：今天没有人担任“${found.title}”，任务到这里会没人能办。`;
  const key = literalDepartment(department);
  if (key === null || found.holders.includes(key)) return undefined;
  const organisation = catalogue.organisations.find((item) => item.key === key)?.title ?? key;
  return `提醒：${organisation}今天没有人担任“${found.title}”，任务到这里会没人能办。`;
}
