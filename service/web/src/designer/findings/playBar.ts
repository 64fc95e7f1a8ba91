/** What the bar asks of the walk it steers. */
export interface Walked {
  goTo(step: number): void;
  close(): void;
}

const SPEEDS: [string, number][] = [
  ['慢', 1600],
  ['中', 800],
  ['快', 350],
];

/**
 * The controls of a walk: back, on, pause, speed, close. Arrow keys step, Escape closes. Where the person asked for
 * less motion nothing moves by itself: the walk is stepped by hand.
 */
export class PlayBar {
  private static current: PlayBar | null = null;
  private readonly root = document.createElement('div');
  private readonly status = document.createElement('output');
  private readonly pauseButton = this.button('继续', () => this.toggle());
  private step = 0;
  private pace = 800;
  private timer: number | undefined;

  constructor(
    private readonly steps: number,
    private readonly walk: Walked,
  ) {
    this.root.className = 'zd-play-bar';
    this.root.setAttribute('role', 'group');
    this.root.setAttribute('aria-label', '播放走法');
    const back = this.button('上一步', () => this.byHand(-1));
    const on = this.button('下一步', () => this.byHand(1));
    this.root.append(back, this.pauseButton, on, this.speeds(), this.button('关闭', () => this.close()), this.status);
    this.root.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Closes the bar that is open, if any: one walk at a time. */
  static closeOpen(): void {
    PlayBar.current?.close();
  }

  open(container: HTMLElement): void {
    PlayBar.current = this;
    container.append(this.root);
    this.pauseButton.focus();
  }

  /** Says where the walk stands. */
  show(step: number, words: string): void {
    this.step = step;
    this.status.value = `第 ${step + 1} 步，共 ${this.steps} 步：${words}`;
    if (step >= this.steps - 1) this.pause();
  }

  play(): void {
    if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    window.clearInterval(this.timer);
    this.timer = window.setInterval(() => this.walk.goTo(Math.min(this.step + 1, this.steps - 1)), this.pace);
    this.pauseButton.textContent = '暂停';
  }

  private pause(): void {
    window.clearInterval(this.timer);
    this.timer = undefined;
    this.pauseButton.textContent = this.step >= this.steps - 1 ? '重放' : '继续';
  }

  private toggle(): void {
    if (this.timer !== undefined) return this.pause();
    if (this.step >= this.steps - 1) this.walk.goTo(0);
    this.play();
  }

  private byHand(change: number): void {
    this.pause();
    this.walk.goTo(Math.min(Math.max(this.step + change, 0), this.steps - 1));
    this.pause();
  }

  private close(): void {
    this.pause();
    this.root.remove();
    PlayBar.current = null;
    this.walk.close();
  }

  private onKey(event: KeyboardEvent): void {
    if ((event.target as HTMLElement).tagName === 'SELECT') return;
    const deeds: Record<string, () => void> = {
      ArrowLeft: () => this.byHand(-1),
      ArrowRight: () => this.byHand(1),
      Escape: () => this.close(),
    };
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  }

  private speeds(): HTMLElement {
    const choice = document.createElement('select');
    choice.className = 'form-select form-select-sm w-auto';
    choice.setAttribute('aria-label', '速度');
    for (const [word, pace] of SPEEDS) choice.add(new Option(word, String(pace), pace === this.pace, pace === this.pace));
    choice.addEventListener('change', () => {
      this.pace = Number(choice.value);
      if (this.timer !== undefined) this.play();
    });
    return choice;
  }

  private button(word: string, deed: () => void): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-sm btn-outline-primary';
    button.textContent = word;
    button.addEventListener('click', deed);
    return button;
  }
}
