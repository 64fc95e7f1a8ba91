import { labelled, make } from './dom';
import type { OutputFacts, Value, Values } from './settings';

/** `name = value` lines; a value is JSON when it reads as JSON, else text. */
export function readLines(text: string): Values {
  const values: Values = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    if (at > 0 && name) values[name] = readValue(line.slice(at + 1).trim());
  }
  return values;
}

export function writeLines(values: Values | undefined): string {
  return Object.entries(values ?? {})
    .map(([name, value]) => `${name} = ${writeValue(value)}`)
    .join('\n');
}

function readValue(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}

/** Text stays text: what would read as a number, a list or a word of JSON is put in quotes. */
function writeValue(value: Value): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return readValue(value) === value ? value : JSON.stringify(value);
}

/** A text area of lines that tells its values whenever they change. */
export function linesField(text: string, values: Values | undefined, changed: (values: Values) => void): HTMLElement {
  const area = make('textarea', { class: 'form-control zd-lines', rows: '3', spellcheck: 'false' });
  area.value = writeLines(values);
  area.addEventListener('change', () => changed(readLines(area.value)));
  return labelled(text, area, '每行一项：名称 = 值');
}

/** Quick values: one control per declared output; those left blank are not said. */
export class QuickValues {
  readonly element = make('div', { class: 'zd-quick' });
  private readonly controls: [OutputFacts, HTMLInputElement | HTMLSelectElement][];

  constructor(outputs: OutputFacts[], given: Values = {}) {
    this.controls = outputs.map((output) => [output, control(output, given[output.name])]);
    this.element.append(...this.controls.map(([output, field]) => labelled(output.label, field)));
  }

  read(): Values {
    const values: Values = {};
    for (const [output, field] of this.controls) {
      const value = valueOf(output, field.value);
      if (value !== undefined) values[output.name] = value;
    }
    return values;
  }
}

function control(output: OutputFacts, given: Value | undefined): HTMLInputElement | HTMLSelectElement {
  const choices = output.type === 'boolean' ? YES_NO : output.choices;
  if (choices.length) {
    const options = choices.map((each) => make('option', { value: JSON.stringify(each.value) }, each.label));
    const select = make('select', { class: 'form-select' }, make('option', { value: '' }, '（不填）'), ...options);
    if (given !== undefined) select.value = JSON.stringify(given);
    return select;
  }
  const input = make('input', { class: 'form-control' });
  if (output.type === 'date') input.type = 'date';
  if (output.type === 'money') input.inputMode = 'decimal';
  if (given !== undefined) input.value = output.type === 'money' ? inYuan(given) : writeValue(given);
  return input;
}

const YES_NO = [
  { value: true, label: '是' },
  { value: false, label: '否' },
];

function valueOf(output: OutputFacts, text: string): Value | undefined {
  if (!text.trim()) return undefined;
  if (output.type === 'date') return text;
  if (output.type === 'money') return inFen(text);
  return readValue(text.trim());
}

/** People read and type 元; the data of a process hold whole 分. */
function inFen(text: string): number {
  const amount = Number(text.replaceAll(',', ''));
  if (!Number.isFinite(amount)) throw new Error(`金额“${text}”看不懂，请填数字，单位是元。`);
  return Math.round(amount * FEN);
}

function inYuan(value: Value): string {
  return typeof value === 'number' ? String(value / FEN) : writeValue(value);
}

const FEN = 100;
