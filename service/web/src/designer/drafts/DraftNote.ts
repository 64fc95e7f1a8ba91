import { button } from '../dialogs/dialog';

/** The line of the page that tells how the draft stands (`[data-draft-note]`), with what can be done about it. */
export class DraftNote {
  private readonly line = document.querySelector<HTMLElement>('[data-draft-note]');

  /** Says a sentence; each deed is a button behind it. `isUrgent` for what keeps the draft from being saved. */
  say(text: string, deeds: Record<string, () => void> = {}, isUrgent = false): void {
    if (!this.line) return;
    const words = document.createElement('span');
    words.textContent = text;
    words.setAttribute('role', isUrgent ? 'alert' : 'status');
    this.line.hidden = false;
    this.line.classList.toggle('is-urgent', isUrgent);
    this.line.replaceChildren(words, ...Object.entries(deeds).map(([label, deed]) => button(label, deed)));
  }
}

/** A moment of the server as people read it here: today only the time, else day and time. */
export function shownTime(iso: string): string {
  const moment = new Date(iso);
  const isToday = moment.toDateString() === new Date().toDateString();
  const time = moment.toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit' });
  return isToday ? time : `${moment.getMonth() + 1} 月 ${moment.getDate()} 日 ${time}`;
}
