/** Who does a user task: a role, and an expression that yields the department. Stored as one text `role@expression`. */
export interface Post {
  role: string;
  department: string;
}

export function parsePost(text: string): Post {
  const at = text.indexOf('@');
  if (at < 0) return { role: text.trim(), department: '' };
  return { role: text.slice(0, at).trim(), department: text.slice(at + 1).trim() };
}

export function formatPost({ role, department }: Post): string {
  if (!role) return '';
  return department ? `${role}@${department}` : role;
}
