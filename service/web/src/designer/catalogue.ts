import { fetchJson } from '../island/server';

export interface HandlerParameter {
  name: string;
  label: string;
  type: string;
  required: boolean;
}

export interface Handler {
  name: string;
  title: string;
  kind: 'user_task' | 'service_task';
  parameters: HandlerParameter[];
}

/** What the server offers to diagrams: the pickers of the panel list exactly this. */
export interface Catalogue {
  handlers: Handler[];
  /** `entries`: the fields that a person fills in. */
  forms: { key: string; title: string; entries?: { key: string; title: string }[] }[];
  /** `holders`: the departments in which somebody holds the role today. */
  roles: { key: string; title: string; holders?: string[] }[];
  organisations: { key: string; title: string }[];
  /** `meaning`: how the day is counted, in words; `timer`: the timer text for its end, if there is one. */
  deadlines: { id: string; title: string; meaning?: string; timer?: string | null }[];
  decisions: { id: string; title: string }[];
  processes: { key: string; title: string; version?: number }[];
}

const EMPTY: Catalogue = {
  handlers: [],
  forms: [],
  roles: [],
  organisations: [],
  deadlines: [],
  decisions: [],
  processes: [],
};

/** Fetches the catalogue; lists the server leaves out are empty. */
export async function fetchCatalogue(url: string): Promise<Catalogue> {
  return { ...EMPTY, ...(await fetchJson<Partial<Catalogue>>(url)) };
}
