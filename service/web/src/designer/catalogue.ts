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
  forms: { key: string; title: string }[];
  roles: { key: string; title: string }[];
  deadlines: { id: string; title: string }[];
  decisions: { id: string; title: string }[];
  processes: { key: string; title: string }[];
}

const EMPTY: Catalogue = { handlers: [], forms: [], roles: [], deadlines: [], decisions: [], processes: [] };

/** Fetches the catalogue; lists the server leaves out are empty. */
export async function fetchCatalogue(url: string): Promise<Catalogue> {
  return { ...EMPTY, ...(await fetchJson<Partial<Catalogue>>(url)) };
}
