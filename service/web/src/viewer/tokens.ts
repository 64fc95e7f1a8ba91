import type { Overlays, ServiceLookup } from '../diagram/services';
import type { TokenCount } from './settings';

const STATES: Record<string, string> = {
  ready: '待办理',
  claimed: '办理中',
  waiting: '等待中',
  incident: '出错停住',
  completed: '已办结',
};

/** Puts the number of tokens on the lower left of each element. */
export function showTokens(services: ServiceLookup, tokens: TokenCount[]): void {
  const overlays = services.get<Overlays>('overlays');
  for (const [elementId, group] of groupByElement(tokens)) {
    const holder = document.createElement('div');
    holder.className = 'zd-tokens';
    holder.append(...group.map(tokenBadge));
    overlays.add(elementId, 'zhida-token', { position: { bottom: 12, left: -8 }, html: holder });
  }
}

function groupByElement(tokens: TokenCount[]): Map<string, TokenCount[]> {
  const groups = new Map<string, TokenCount[]>();
  for (const token of tokens) groups.set(token.elementId, [...(groups.get(token.elementId) ?? []), token]);
  return groups;
}

function tokenBadge(token: TokenCount): HTMLElement {
  const badge = document.createElement('span');
  badge.className = `zd-token is-${token.state}`;
  badge.textContent = String(token.count);
  badge.title = `${STATES[token.state] ?? token.state}：${token.count} 件`;
  return badge;
}
