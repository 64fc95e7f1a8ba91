/** One button of a dialog: its words and what is answered when it is pressed. */
export interface Choice {
  value: string;
  label: string;
  isMain?: boolean;
}

/** An empty dialog with a heading; it closes with the Escape key and goes from the page when closed. */
export function newDialog(title: string): HTMLDialogElement {
  const dialog = document.createElement('dialog');
  dialog.className = 'zd-dialog';
  const heading = element('h2', title);
  heading.id = 'zd-dialog-title';
  dialog.setAttribute('aria-labelledby', heading.id);
  dialog.append(heading);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  return dialog;
}

/** Asks with a dialog; answers the value of the pressed button, empty when the dialog was closed. */
export function ask(title: string, content: Node[], choices: Choice[]): Promise<string> {
  const dialog = newDialog(title);
  const row = document.createElement('div');
  row.className = 'zd-dialog-buttons';
  for (const choice of choices) row.append(button(choice.label, () => dialog.close(choice.value), choice.isMain));
  dialog.append(...content, row);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue)));
}

export function button(label: string, onClick: () => void, isMain = false): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = `btn ${isMain ? 'btn-primary' : 'btn-outline-primary'}`;
  made.textContent = label;
  made.addEventListener('click', onClick);
  return made;
}

export function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** A list of sentences. */
export function sentences(items: string[]): HTMLElement {
  const list = document.createElement('ul');
  list.append(...items.map((item) => element('li', item)));
  return list;
}
