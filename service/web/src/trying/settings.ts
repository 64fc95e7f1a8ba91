/** What the server says about one process, and the shapes of its scenario file and of a run. */
export interface TryingSettings {
  key: string;
  xml: string;
  content: string;
  baseVersion: number | null;
  revision: number;
  drafts: boolean;
  /** The business date, for the start of a new scenario. */
  today: string;
  draftUrl: string | null;
  runsUrl: string;
  recordingsUrl: string;
  formUrl: string;
  /** Names of the data that the process is started with. */
  inputs: string[];
  elements: ElementFacts[];
}

export interface ElementFacts {
  id: string;
  name: string;
  kind: string;
  form: string | null;
  calls: string | null;
  outputs: OutputFacts[];
}

export interface OutputFacts {
  name: string;
  label: string;
  type: string;
  choices: { value: Value; label: string }[];
}

export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
export type Values = Record<string, Value>;

export interface Expectation {
  path?: string[];
  elements?: string[];
  never?: string[];
  open?: (string | { task: string; due_on: string })[];
  end?: string;
  variables?: Values;
  sent?: string[];
}

export interface Step {
  task?: string;
  message?: string;
  clock?: string;
  child?: string;
  outputs?: Values;
  variables?: Values;
  answers?: Values;
  by?: string;
  item?: Value;
  error?: string;
  refused?: string;
  expect?: Expectation;
}

export interface ServiceAnswer {
  outputs?: Values;
  error?: string;
}

export interface Scenario {
  name: string;
  note?: string;
  at: string;
  by?: string;
  variables?: Values;
  services?: Record<string, ServiceAnswer | ServiceAnswer[]>;
  anchors?: Record<string, string>;
  limits?: Record<string, number>;
  handlers?: string;
  children?: string;
  steps?: Step[];
  expect?: Expectation;
}

export interface ScenarioFile {
  process: string;
  scenarios: Scenario[];
}

export interface OpenElement {
  process: string;
  id: string;
  name: string;
  kind: string;
  post: string | null;
  item: Value;
  form: string | null;
  message: string | null;
  attached_to: string | null;
  due_on: string | null;
  due_at: string | null;
  outputs: string[];
  calls: string | null;
}

export interface Snapshot {
  step: number;
  words: string;
  at: string;
  refused: string | null;
  note: string;
  variables: Values;
  open: OpenElement[];
}

export interface Visit {
  process: string;
  id: string;
  name: string;
  kind: string;
  step: number;
}

export interface Result {
  name: string;
  passed: boolean;
  difference: { sentence: string; element_id: string | null; step: number | null } | null;
  state: string;
  end: string | null;
  stopped_at: number | null;
  visits: Visit[];
  snapshots: Snapshot[];
}

export interface CoveredPlace {
  id: string;
  name: string;
  kind: string;
  passed: number;
}

export interface Coverage {
  flow_share: number;
  element_share: number;
  flows: CoveredPlace[];
  elements: CoveredPlace[];
}

export interface Report {
  key: string;
  title: string;
  ok: boolean;
  results: Result[];
  coverage: Coverage | null;
}
