import type { LeadView } from '../../api/leads.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import type { Store } from '../../store/open-store.ts';
import { lastReplay } from '../../study/replay-leads.ts';

const MAX_LEADS = 200;
const MAX_PROMPT_CHARACTERS = 4_000;

/** Leads of a verdict with what they came to; `no-verdict` until there is one. */
export function leadViews(store: Store, id: string): LeadView[] {
  const { verdict } = readFinishedStudy(store, id, id);
  const replayed = new Map(lastReplay(store, id).map((lead) => [lead.probeId, lead]));
  return verdict.leads.slice(0, MAX_LEADS).map((lead): LeadView => {
    const replay = replayed.get(lead.probeId);
    return {
      ...lead,
      prompt: lead.prompt.slice(0, MAX_PROMPT_CHARACTERS),
      replay: replay === undefined ? null : { outcome: replay.outcome, contexts: replay.contexts },
    };
  });
}
