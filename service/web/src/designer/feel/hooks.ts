import { useEffect, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import type { EventBus } from '../../diagram/services';
import type { Remark, TextKind } from './expressionServer';
import { type Knowledge, NAMES_TOLD } from './knowledge';

/** Waited for after the last key before the server is asked (milliseconds). */
const PAUSE = 350;

interface LeavableBus extends EventBus {
  off(event: string, listener: () => void): void;
}

/** The knowledge about names and functions; the component is drawn anew when the server tells more. */
export function useKnowledge(): Knowledge {
  const eventBus = useService<LeavableBus>('eventBus');
  const [, redraw] = useState(0);
  useEffect(() => {
    const told = (): void => redraw((count: number) => count + 1);
    eventBus.on(NAMES_TOLD, told);
    return () => eventBus.off(NAMES_TOLD, told);
  }, [eventBus]);
  return useService<Knowledge>('zhidaKnowledge');
}

/** What the server says about a text, asked a moment after it last changed; an older question is given up. */
export function useRemarks(knowledge: Knowledge, text: string, kind: TextKind, elementId: string): Remark[] {
  const [remarks, setRemarks] = useState<Remark[]>([]);
  const names = knowledge.namesAt(elementId);
  useEffect(() => {
    const { server } = knowledge;
    if (!server || !text.replace(/^=/, '').trim()) {
      setRemarks([]);
      return undefined;
    }
    const asking = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        setRemarks(await server.remarks(text, kind, names, asking.signal));
      } catch {
        if (!asking.signal.aborted) setRemarks([]); // offline: the check before publication says it again
      }
    };
    const timer = window.setTimeout(() => void ask(), PAUSE);
    return () => {
      window.clearTimeout(timer);
      asking.abort();
    };
  }, [text, kind, elementId, names?.join()]);
  return remarks;
}
