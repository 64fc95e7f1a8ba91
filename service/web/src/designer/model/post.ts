/**
 * Who does a user task, stored as one text: `role`, `role@department expression`, `starter` (whoever started the
 * instance), or `= expression` that yields role and department.
 */
export interface Post {
  role: string;
  department: string;
}

/** The word for "whoever started the instance" in place of a role. */
export const STARTER = 'starter';
/** The role of a post that an expression yields as a whole. */
export const COMPUTED = '=';

export function parsePost(text: string): Post {
  if (text.trim().startsWith('=')) return { role: COMPUTED, department: text.trim().slice(1).trim() };
  const at = text.indexOf('@');
  if (at < 0) return { role: text.trim(), department: '' };
  return { role: text.slice(0, at).trim(), department: text.slice(at + 1).trim() };
}

export function formatPost({ role, department }: Post): string {
  if (!role || role === STARTER) return role;
  if (role === COMPUTED) return `= ${department}`;
  return department ? `${role}@${department}` : role;
}

/** The key of the organisation when the department is a plain text (`"DSB"`), else null. */
export function literalDepartment(department: string): string | null {
  return /^=?\s*"([^"\\]*)"$/.exec(department)?.[1] ?? null;
}
