import type { EventBus, ServiceLookup } from '../../diagram/services';
import type { SaveXml } from '../actions';
import { ask, sentences } from '../dialogs/dialog';
import { DraftNote, shownTime } from './DraftNote';
import { type Draft, type DraftServer, refusal } from './draftServer';

/** Waited for after the last change before the draft is saved (milliseconds). */
const PAUSE = 1500;

/** What the drafts need of the designer around them. */
export interface DraftedDiagram {
  services: ServiceLookup;
  saveXml: SaveXml;
  /** Shows another text of the diagram; what was there is gone, its steps of undo too. */
  replace: (xml: string) => Promise<void>;
  /** The newest published version; null for a new diagram. */
  newest: number | null;
}

/** Saves what is drawn as the person's draft, and tells when somebody else is editing or something newer is there. */
export class Drafting {
  private readonly note = new DraftNote();
  private revision: number;
  private base: number | null;
  private timer = 0;
  private isHeld = false;
  private isKept = true;

  constructor(
    private readonly server: DraftServer,
    private readonly diagram: DraftedDiagram,
    private readonly draft: Draft | null,
  ) {
    this.revision = draft?.revision ?? 0;
    this.base = draft ? draft.base_version : diagram.newest;
    diagram.services.get<EventBus>('eventBus').on('commandStack.changed', () => {
      this.later();
    });
    window.addEventListener('beforeunload', (event) => {
      if (!this.isKept) event.preventDefault();
    });
    window.addEventListener('pagehide', () => {
      if (!this.isHeld && this.revision > 0) server.release();
    });
  }

  /** Tells at the beginning what was restored, that a newer version is out, or who is editing. */
  async begin(): Promise<void> {
    const lock = await this.server.lock();
    if (lock && !lock.mine) return this.tellLocked(`${lock.holder_name}正在修改这个流程图，您的修改不会保存为草稿。`);
    if (!this.draft) return;
    if (this.isBehind()) return this.tellBehind();
    this.note.say(`接着改您 ${shownTime(this.draft.edited_at)} 保存的草稿。`, { 放弃草稿: () => void this.discard() });
  }

  /** The draft has become a version, and the server has dropped it: the next change begins from there. */
  published(): void {
    window.clearTimeout(this.timer);
    this.revision = 0;
    this.isKept = true;
    const newest = this.diagram.newest ?? 0;
    this.base = newest + 1;
    this.diagram.newest = this.base;
    this.note.say('已经发布，草稿已清空。');
  }

  /** Saves at once what is not saved yet; answers whether the draft holds what is drawn. */
  async keep(): Promise<boolean> {
    window.clearTimeout(this.timer);
    if (this.isKept || this.isHeld) return this.isKept;
    const changes = this.later.bind(this);
    this.isKept = true;
    const answer = await this.server.save(await this.diagram.saveXml(), this.base, this.revision);
    if (answer.ok) {
      this.revision = Number(answer.body.revision);
      if (this.isKept) this.note.say(`草稿已保存（${shownTime(String(answer.body.edited_at))}）。`);
      else changes();
      return this.isKept;
    }
    this.isKept = false;
    this.tellRefused(String(answer.body.code), refusal(answer));
    return false;
  }

  private later(): void {
    this.isKept = false;
    window.clearTimeout(this.timer);
    if (this.isHeld) return;
    this.timer = window.setTimeout(() => void this.tryKeep(), PAUSE);
  }

  private async tryKeep(): Promise<void> {
    try {
      await this.keep();
    } catch {
      this.isKept = false;
      this.note.say('草稿没有保存：连不上服务器。', { 再试一次: () => void this.tryKeep() }, true);
    }
  }

  private tellRefused(code: string, sentence: string): void {
    if (code === 'DRAFT_LOCKED') return this.tellLocked(sentence);
    if (code !== 'DRAFT_CHANGED') return this.note.say(`草稿没有保存：${sentence}`, { 再试一次: () => void this.tryKeep() }, true);
    this.isHeld = true;
    const deeds = { 打开较新的草稿: () => this.reload(), 用这里的覆盖: () => void this.overwrite() };
    this.note.say(`草稿没有保存：${sentence}`, deeds, true);
  }

  private tellLocked(sentence: string): void {
    this.isHeld = true;
    this.note.say(sentence, { 接过来由我修改: () => void this.takeOver() }, true);
  }

  private async takeOver(): Promise<void> {
    await this.server.takeOver();
    this.isHeld = false;
    this.note.say('已经接过来，您的修改会保存为草稿。');
    if (!this.isKept) this.later();
  }

  private async overwrite(): Promise<void> {
    this.revision = (await this.server.read())?.revision ?? 0;
    this.isHeld = false;
    await this.tryKeep();
  }

  private isBehind(): boolean {
    const { newest } = this.diagram;
    return newest !== null && this.base !== null && this.base < newest;
  }

  private tellBehind(): void {
    const text = `您的草稿是从第 ${this.base} 版改起的，现在已经发布到第 ${this.diagram.newest} 版。`;
    this.note.say(text, { 合入新版: () => void this.merge(), 放弃草稿: () => void this.discard() }, true);
  }

  /** Brings what was published since into the draft, after showing what both sides changed differently. */
  private async merge(): Promise<void> {
    if (!(await this.keep())) return;
    const merged = await this.server.merge();
    const found = merged.conflicts.map((conflict) => conflict.sentence);
    const lead = found.length
      ? `有 ${found.length} 处两边改得不一样，合并后按您的草稿：`
      : '两边改的地方互不冲突。合并后请再看一遍。';
    const choices = [
      { value: 'merge', label: '合并', isMain: true },
      { value: '', label: '先不合并' },
    ];
    const line = document.createElement('p');
    line.textContent = lead;
    if ((await ask('合入新版', [line, sentences(found)], choices)) !== 'merge') return;
    await this.diagram.replace(merged.content);
    this.base = merged.base_version;
    this.isKept = false;
    await this.tryKeep();
  }

  private async discard(): Promise<void> {
    const choices = [
      { value: 'discard', label: '放弃', isMain: true },
      { value: '', label: '保留草稿' },
    ];
    const line = document.createElement('p');
    line.textContent = '草稿会被删除，重新打开已发布的版本。';
    if ((await ask('放弃草稿', [line], choices)) !== 'discard') return;
    await this.server.discard();
    this.revision = 0;
    this.reload();
  }

  private reload(): void {
    this.isKept = true;
    window.location.reload();
  }
}
