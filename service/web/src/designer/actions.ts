import type { FindingsPanel } from './findings/FindingsPanel';
import { findingsIn } from './findings/finding';
import type { DiagramServer } from './server';

export type SaveXml = () => Promise<string>;

/** Checks the diagram on the server and shows what it says. */
export async function checkDiagram(server: DiagramServer, panel: FindingsPanel, saveXml: SaveXml): Promise<void> {
  panel.show('正在检查……', 'info');
  const { ok, status, body } = await server.check(await saveXml());
  const findings = findingsIn(body);
  if (!ok && !findings.length) return panel.show(refusal(body, status), 'bad');
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  if (errors) return panel.show(`检查发现 ${errors} 处错误，改正后才能发布。`, 'bad', findings);
  const rest = findings.length ? `有 ${findings.length} 条提醒，可以发布。` : '没有发现问题，可以发布。';
  panel.show(`检查完成：${rest}`, findings.length ? 'warning' : 'good', findings);
}

/** Publishes the diagram and shows the new version, or why the server refused. Answers whether it was published. */
export async function publishDiagram(
  server: DiagramServer,
  panel: FindingsPanel,
  saveXml: SaveXml,
  comment: string,
): Promise<boolean> {
  if (!comment.trim()) {
    panel.show('请先写明这次修改的原因，再发布。', 'warning');
    return false;
  }
  panel.show('正在发布……', 'info');
  const { ok, status, body } = await server.publish(await saveXml(), comment.trim());
  if (ok) panel.show(`已发布：${publishedVersions(body)}。已经在办的仍按原来的版本办理。`, 'good', findingsIn(body));
  else panel.show(refusal(body, status), 'bad', findingsIn(body));
  return ok;
}

function publishedVersions(body: Record<string, unknown>): string {
  const definitions = (body.definitions ?? []) as { key: string; version: number }[];
  return definitions.map((item) => `${item.key} 第 ${item.version} 版`).join('，');
}

function refusal(body: Record<string, unknown>, status: number): string {
  const sentence = body.detail ?? body.message ?? body.title;
  return typeof sentence === 'string' && sentence ? sentence : `服务器没有接受这个流程图（${status}），请稍后再试。`;
}
