import { askJson, refusal } from './api';

const PAUSE_MS = 1500;

interface Lock {
  holder_name: string;
  mine: boolean;
}

/** A draft as the server keeps it. */
export interface KeptDraft {
  content: string;
  base_version: number | null;
  revision: number;
}

/**
 * One person's draft of a form, table or list of tests: kept by itself a moment after each change, under the edit
 * lock of the definition. Who else is editing is said in `[data-draft-note]`, with a button to take over.
 */
export class Draft {
  private revision = 0;
  private base: number | null;
  private pause = 0;
  private saving: Promise<void> = Promise.resolve();
  private readonly note = document.querySelector<HTMLElement>('[data-draft-note]');

  constructor(
    private readonly url: string,
    private readonly newest: number | null,
    private readonly content: () => string | Promise<string>,
    private readonly onKept: () => void,
  ) {
    this.base = newest;
  }

  /** The draft of before, or null. It may stand on an older version than the newest one. */
  async find(): Promise<KeptDraft | null> {
    const { ok, status, body } = await askJson('GET', this.url);
    if (!ok) {
      if (status !== 404) throw new Error(refusal(body, status));
      return null;
    }
    const kept = body as unknown as KeptDraft;
    this.revision = kept.revision;
    this.base = kept.base_version;
    return kept;
  }

  /**
   * Tells what stands here now, before anything was changed. `open` shows a draft that was merged; `beside` are the
   * drafts that go with this one when it is discarded.
   */
  async greet(kept: KeptDraft | null, open: (content: string) => Promise<void>, beside: Draft[] = []): Promise<void> {
    const lock = await this.lock();
    if (lock && !lock.mine) return this.say(`${lock.holder_name}正在编辑，您可以看；要接着改，请先接管。`, this.takeOverButton());
    if (!kept) return;
    const discard = this.button('放弃草稿', () => discardAndReload([this, ...beside]));
    if (this.newest === null || kept.base_version === this.newest) return this.say('已打开您上次没有发布的草稿。', discard);
    const old = `已打开您的草稿，它是从第 ${kept.base_version ?? 0} 版改的，现在已有第 ${this.newest} 版。`;
    this.say(old, this.button(`并入第 ${this.newest} 版`, () => this.merge(open)), discard);
  }

  /** Brings the draft up to the newest version; where both changed the same, the draft's words stay and are told. */
  private async merge(open: (content: string) => Promise<void>): Promise<void> {
    const { ok, status, body } = await askJson('POST', `${this.url}/merge`);
    if (!ok) return this.say(refusal(body, status));
    this.base = Number(body.base_version);
    await open(String(body.content));
    await this.keep();
    const conflicts = (body.conflicts ?? []) as { sentence: string }[];
    const told = conflicts.length ? `有 ${conflicts.length} 处两边都改了，先用了您的：${conflicts.map((each) => each.sentence).join('')}` : '没有冲突。';
    this.say(`已并入第 ${this.base} 版。${told}`);
  }

  /** Something was changed: keep it soon. */
  touch(): void {
    window.clearTimeout(this.pause);
    this.pause = window.setTimeout(() => void this.keep(), PAUSE_MS);
  }

  /** Keep it now, one save after the other. */
  keep(): Promise<void> {
    this.saving = this.saving.then(() => this.save()).catch((error: Error) => this.say(`草稿没有保存：${error.message}。`));
    return this.saving;
  }

  /** After a publication there is nothing left to keep. */
  async drop(): Promise<void> {
    window.clearTimeout(this.pause);
    await this.saving;
    await askJson('DELETE', this.url);
    this.revision = 0;
    if (this.note) this.note.hidden = true;
  }

  private async save(): Promise<void> {
    const content = await this.content();
    const { ok, status, body } = await askJson('PUT', this.url, {
      content,
      base_version: this.base,
      revision: this.revision,
    });
    if (ok) {
      this.revision = Number(body.revision);
      this.onKept();
      return this.say(`草稿已于 ${timeOf(String(body.edited_at))} 保存，只有您能看到。`);
    }
    if (body.code === 'DRAFT_LOCKED') return this.say(refusal(body, status), this.takeOverButton());
    if (body.code === 'DRAFT_CHANGED') return this.say(refusal(body, status), this.button('重新打开', () => window.location.reload()));
    this.say(`草稿没有保存：${refusal(body, status)}`);
  }

  private async lock(): Promise<Lock | null> {
    const { ok, body } = await askJson('GET', `${this.url}/lock`);
    return ok ? (body.lock as Lock | null) : null;
  }

  private takeOverButton(): HTMLButtonElement {
    return this.button('接管', async () => {
      const { ok, status, body } = await askJson('POST', `${this.url}/lock`, { take_over: true });
      if (!ok) return this.say(refusal(body, status));
      this.say('已接管，可以接着改。');
    });
  }

  private button(label: string, work: () => void | Promise<void>): HTMLButtonElement {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label });
    button.className = 'btn btn-sm btn-outline-primary ms-2';
    button.addEventListener('click', () => void work());
    return button;
  }

  private say(sentence: string, ...buttons: HTMLElement[]): void {
    if (!this.note) return;
    this.note.hidden = false;
    this.note.replaceChildren(sentence, ...buttons);
  }
}

async function discardAndReload(drafts: Draft[]): Promise<void> {
  await Promise.all(drafts.map((each) => each.drop()));
  window.location.reload();
}

/** 14:05 in Shanghai, whatever the clock of the machine. */
function timeOf(instant: string): string {
  return new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' }).format(new Date(instant));
}
