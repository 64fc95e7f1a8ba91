import { fetchJson, postForm, sendJson } from '../../island/server';

/** A name of task data: its type (empty: not known), values offered for it, the elements that bring it. */
export interface KnownName {
  name: string;
  type: string;
  values: (string | number | boolean)[];
  sources: string[];
}

/** All names of a diagram; `at` says for each element and flow which of them may be there by then. */
export interface KnownNames {
  names: KnownName[];
  at: Record<string, string[]>;
}

/** A function that an expression may call. */
export interface FeelFunction {
  name: string;
  parameters: string[];
  meaning: string;
}

/** What is wrong with a text that is being typed. */
export interface Remark {
  code: string;
  severity: string;
  message: string;
  line: number;
  column: number;
}

/** What stands in a field: FEEL, lines `name = expression`, or the text of a timer of one kind. */
export type TextKind = 'expression' | 'script' | 'timeDuration' | 'timeDate' | 'timeCycle';

/** What the server knows about expressions: functions, names at hand, and what is wrong with a text. */
export class ExpressionServer {
  constructor(private readonly url: string) {}

  async functions(): Promise<FeelFunction[]> {
    return (await fetchJson<{ items: FeelFunction[] }>(`${this.url}/functions`)).items;
  }

  /** The names of an unsaved diagram; null while the server cannot read it. */
  async names(form: FormData, signal: AbortSignal): Promise<KnownNames | null> {
    const { ok, body } = await postForm(`${this.url}/names`, form, signal);
    return ok ? (body as unknown as KnownNames) : null;
  }

  /** What is wrong with a text. `names` are those at hand; null: names are not judged. */
  async remarks(text: string, kind: TextKind, names: string[] | null, signal: AbortSignal): Promise<Remark[]> {
    const { ok, body } = await sendJson('POST', `${this.url}/checks`, { text, kind, names }, signal);
    return ok ? (body.remarks as Remark[]) : [];
  }
}
