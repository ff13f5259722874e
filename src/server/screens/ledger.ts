import { z } from 'zod';
import type { LedgerView } from '../../api/ledger.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { studyDesign } from '../../readers/study-design.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';
import type { LedgerEvent } from '../../store/types.ts';
import { PREREGISTERED, registrationStanding } from '../../study/registration-standing.ts';
import { inputsInForce } from '../../study/recorded-inputs.ts';
import { lastVerdict } from '../../study/verdict-ledger.ts';
import { standingView } from './registration.ts';

const MAX_DATA_CHARACTERS = 2_000;
const MAX_PAGE = 500;

/** What part of a ledger is wanted. */
export const ledgerQuerySchema = z.object({
  type: z.string().max(100).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(100),
});

/** Events of a study, oldest first, with what its verdict came from. */
export function ledgerView(
  store: Store,
  study: StudyRow,
  { type, offset, limit }: z.infer<typeof ledgerQuerySchema>,
): LedgerView {
  const types = store.ledger.counts(study.id);
  const counted = types.filter((one) => type === undefined || one.type === type);
  const events = store.ledger.list(study.id);
  const manifest = studyDesign(store, study)?.manifest;
  const page = { offset, limit, ...(type === undefined ? {} : { type }) };
  return {
    root: store.ledger.root(study.id),
    total: counted.reduce((sum, { count }) => sum + count, 0),
    types,
    offset,
    events: store.ledger.page(study.id, page).map(({ seq, time, type: of, data, ...hashes }) => ({
      seq,
      time,
      type: of,
      data: clipped(canonicalJson(data)),
      hash: hashes.hash,
      previousHash: hashes.previousHash,
    })),
    provenance: provenanceOf(store, study, events),
    registration:
      manifest === undefined ? null : standingView(registrationStanding(manifest, events)),
  };
}

function clipped(text: string): string {
  if (text.length <= MAX_DATA_CHARACTERS) return text;
  return `${text.slice(0, MAX_DATA_CHARACTERS)}… (${text.length} characters)`;
}

function provenanceOf(
  store: Store,
  study: StudyRow,
  events: readonly LedgerEvent[],
): LedgerView['provenance'] {
  const inputs = inputsInForce(events);
  const verdict = lastVerdict(store, study.id);
  const registered = store.ledger.ofType(study.id, PREREGISTERED).at(-1);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['study file', study.specDigest],
    ['last registered', registered?.time],
    ['verdict', verdict?.verdict],
    ['plan of the verdict', verdict?.manifest],
    ['Informant', inputs?.informant],
    ['version of the statistics', inputs && String(inputs.analysis)],
    ['backend', inputs && canonicalJson(inputs.backend.identity)],
    ...Object.entries(inputs?.models.bases ?? {}).map(
      ([name, { digest }]) => [`base ${name}`, digest] as const,
    ),
    ['teacher', inputs?.models.teacher?.digest],
    ...(inputs?.models.twins ?? []).map(({ digest }, i) => [`twin ${i + 1}`, digest] as const),
    ['adapter', inputs?.models.adapter?.digest],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}
