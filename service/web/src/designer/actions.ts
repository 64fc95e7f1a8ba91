import type { FindingsPanel } from './findings/FindingsPanel';
import { findingsIn } from './findings/finding';
import { PublishDialog } from './publishing/PublishDialog';
import type { PublicationServer } from './publishing/publicationServer';
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

/** Asks for publication in a dialog and shows how it went. Answers true when the text is a version now. */
export async function publishDiagram(
  server: PublicationServer,
  panel: FindingsPanel,
  saveXml: SaveXml,
): Promise<boolean> {
  const outcome = await new PublishDialog(server, await saveXml()).open();
  if (outcome) panel.show(outcome.sentence, outcome.tone, outcome.findings);
  return outcome?.isPublished ?? false;
}

function refusal(body: Record<string, unknown>, status: number): string {
  const sentence = body.detail ?? body.message ?? body.title;
  return typeof sentence === 'string' && sentence ? sentence : `服务器没有接受这个流程图（${status}），请稍后再试。`;
}
