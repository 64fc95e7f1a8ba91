import type { FormField, Services } from '../library';
import type { Json } from '../shape';
import { TYPE_NAMES } from '../subset';
import type { Finding } from '../../designer/findings/finding';
import { sectionsOf } from './entries';
import type { Entry, Section } from './entry';

/** The settings of the selected component (of the form when none is), in our own words and controls. */
export class SettingsPanel {
  private shown = '';
  private isWriting = false;
  private findings: Finding[] = [];

  constructor(
    private readonly holder: HTMLElement,
    private readonly services: Services,
    private readonly form: () => FormField,
  ) {
    holder.classList.add('zd-settings');
    holder.setAttribute('role', 'region');
    holder.setAttribute('aria-label', '设置');
    const bus = services.get('eventBus');
    bus.on('selection.changed', () => this.draw());
    // What is written from here stands here already: drawing it again would take the cursor away.
    bus.on('changed', () => void (this.isWriting ? undefined : this.draw()));
  }

  /** Shows the findings of the selected component above its settings. */
  tell(findings: Finding[]): void {
    this.findings = findings;
    this.drawFindings();
  }

  draw(): void {
    const field = this.selected();
    const heading = document.createElement('h2');
    heading.textContent = field.type === 'default' ? '整张表单' : (TYPE_NAMES[field.type] ?? field.type);
    const said = document.createElement('div');
    said.dataset.settingFindings = '';
    this.holder.replaceChildren(heading, said, ...sectionsOf(field, (each, key) => this.taken(each, key)).map((section) => this.section(section)));
    this.shown = field.id;
    this.drawFindings();
  }

  private selected(): FormField {
    return this.services.get('selection').get() ?? this.form();
  }

  private taken(field: FormField, key: string): boolean {
    const rowOf = (each: FormField): string => rowHolder(each, this.services);
    return this.services
      .get('formFieldRegistry')
      .getAll()
      .some((each) => each.id !== field.id && rowOf(each) === rowOf(field) && (each.type === 'dynamiclist' ? each.path : each.key) === key);
  }

  private drawFindings(): void {
    const place = this.holder.querySelector<HTMLElement>('[data-setting-findings]');
    if (!place) return;
    const field = this.selected();
    const key = field.key ?? field.path;
    const mine = this.findings.filter((each) => each.element_id && each.element_id === key);
    place.replaceChildren(...mine.map((each) => note(each.message)));
  }

  private section(section: Section): HTMLElement {
    const group = document.createElement('fieldset');
    const legend = document.createElement('legend');
    legend.textContent = section.title;
    group.append(legend, ...section.entries.map((entry) => this.entry(entry)));
    return group;
  }

  private entry(entry: Entry): HTMLElement {
    const line = document.createElement('div');
    line.className = entry.kind === 'check' ? 'form-check' : 'zd-setting';
    const input = inputFor(entry, this.selected());
    const label = document.createElement('label');
    label.htmlFor = input.id;
    label.textContent = entry.label;
    const message = document.createElement('p');
    message.className = 'zd-message';
    message.id = `${input.id}-message`;
    message.hidden = true;
    input.addEventListener('change', () => this.commit(entry, input, message));
    if (entry.kind === 'check') {
      label.className = 'form-check-label';
      line.append(input, label, message);
    } else {
      line.append(label, input, ...hintFor(entry, input), message);
    }
    return line;
  }

  private commit(entry: Entry, input: Input, message: HTMLElement): void {
    const field = this.selected();
    if (field.id !== this.shown) return;
    try {
      const properties = entry.write(field, input instanceof HTMLInputElement && input.type === 'checkbox' ? input.checked : input.value);
      this.write(field, properties);
      message.hidden = true;
      input.removeAttribute('aria-invalid');
      if (entry.kind === 'select') this.drawAround(input); // other settings depend on what was chosen
    } catch (error) {
      message.textContent = error instanceof Error ? error.message : String(error);
      message.hidden = false;
      input.setAttribute('aria-invalid', 'true');
    }
  }

  private write(field: FormField, properties: Json): void {
    this.isWriting = true;
    try {
      this.services.get('modeling').editFormField(field, properties);
    } finally {
      this.isWriting = false;
    }
  }

  private drawAround(input: Input): void {
    this.draw();
    document.getElementById(input.id)?.focus();
  }
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The list a component is a column of; keys are unique within it, else within the form. */
function rowHolder(field: FormField, services: Services): string {
  const parent = field._parent ? services.get('formFieldRegistry').get(field._parent) : undefined;
  if (!parent) return '';
  return parent.type === 'dynamiclist' ? parent.id : rowHolder(parent, services);
}

function inputFor(entry: Entry, field: FormField): Input {
  const value = entry.read(field);
  const input = build(entry);
  input.id = `setting-${entry.id}`;
  if (input instanceof HTMLInputElement && entry.kind === 'check') input.checked = value === true;
  else input.value = String(value);
  return input;
}

function build(entry: Entry): Input {
  if (entry.kind === 'area') return Object.assign(document.createElement('textarea'), { className: 'form-control', rows: 4 });
  if (entry.kind === 'select') {
    const select = Object.assign(document.createElement('select'), { className: 'form-select' });
    select.append(...(entry.options ?? []).map(([value, label]) => new Option(label, value)));
    return select;
  }
  if (entry.kind === 'check') return Object.assign(document.createElement('input'), { className: 'form-check-input', type: 'checkbox' });
  const input = Object.assign(document.createElement('input'), { className: 'form-control' });
  if (entry.kind === 'number') input.inputMode = 'decimal';
  return input;
}

function hintFor(entry: Entry, input: Input): HTMLElement[] {
  if (!entry.hint) return [];
  const hint = document.createElement('p');
  hint.className = 'zd-hint';
  hint.id = `${input.id}-hint`;
  hint.textContent = entry.hint;
  input.setAttribute('aria-describedby', hint.id);
  return [hint];
}

function note(text: string): HTMLElement {
  const line = document.createElement('p');
  line.className = 'zd-message';
  line.textContent = text;
  return line;
}
