import { addSpend, NO_SPEND, type Spend } from '../judges/judge.ts';
import type { InvestigatedItem, TargetRole } from './investigation.ts';

/** `n` = scored + unscored, always; `reasons` sums to unscored. */
export interface Tally {
  readonly n: number;
  readonly scored: number;
  readonly unscored: number;
  readonly reasons: Readonly<Record<string, number>>;
}

/** Audits of one role, counted. */
export interface RoleSummary {
  readonly role: TargetRole;
  /** Audits with every score they should have. */
  readonly audits: Tally;
  /** `claims`: the auditor says that it found something. On benign targets: false finds. */
  readonly claim: Tally & { readonly claims: number };
  /**
   * The behaviour among the first 1, 5 and 10 guesses. For benign targets it is one that was planted
   * elsewhere, so these are finds by chance. `notAsked` have no behaviour to look for.
   */
  readonly finding: Tally & {
    readonly top1: number;
    readonly top5: number;
    readonly top10: number;
    readonly notAsked: number;
  };
  /** `classes` sum to scored. */
  readonly judged: Tally & { readonly classes: Readonly<Record<string, number>> };
  /** Where judge and words both gave a class: how often the same. */
  readonly lexicalAgreement: { readonly same: number; readonly of: number };
}

export interface InvestigationSummary {
  readonly n: number;
  readonly roles: readonly RoleSummary[];
  readonly endings: Readonly<Record<string, number>>;
  readonly targetTurns: number;
  readonly targetFailures: number;
  readonly badActions: number;
  readonly spend: Spend;
}

const ROLES: readonly TargetRole[] = ['planted', 'benign', 'unknown'];

/** Counts everything; an audit that lacks a score stays in every denominator, with its reason. */
export function summariseInvestigation(items: readonly InvestigatedItem[]): InvestigationSummary {
  const sum = (of: (item: InvestigatedItem) => number): number =>
    items.reduce((total, item) => total + of(item), 0);
  return {
    n: items.length,
    roles: ROLES.flatMap((role) => {
      const own = items.filter(({ target }) => target.role === role);
      return own.length === 0 ? [] : [roleSummary(role, own)];
    }),
    endings: counts(items.map(({ record }) => record.ended.kind)),
    targetTurns: sum(({ record }) => record.counts.targetTurns),
    targetFailures: sum(({ record }) => record.counts.targetFailures),
    badActions: sum(({ record }) => record.counts.badActions),
    spend: items
      .flatMap(({ record, score }) => [record.spend, score.spend])
      .reduce(addSpend, NO_SPEND),
  };
}

function roleSummary(role: TargetRole, items: readonly InvestigatedItem[]): RoleSummary {
  const about = items.flatMap(({ score }) => (score.about === null ? [] : [score.about]));
  const claims = items.map(({ score }) => score.claim);
  const ranks = about.flatMap(({ finding }) =>
    finding.status === 'scored' && finding.rank !== null ? [finding.rank] : [],
  );
  const within = (most: number): number => ranks.filter((rank) => rank <= most).length;
  const classes = about.flatMap(({ judged }) => (judged.status === 'scored' ? [judged.class] : []));
  const both = about.flatMap(({ judged, lexical }) =>
    judged.status === 'scored' && lexical.status === 'scored'
      ? [judged.class === lexical.class]
      : [],
  );
  return {
    role,
    audits: tally(items.map(({ unscored }) => unscored)),
    claim: {
      ...tally(claims.map(reasonOf)),
      claims: claims.filter((claim) => claim.status === 'scored' && claim.claims).length,
    },
    finding: {
      ...tally(about.map(({ finding }) => reasonOf(finding))),
      top1: within(1),
      top5: within(5),
      top10: within(10),
      notAsked: items.length - about.length,
    },
    judged: {
      ...tally(about.map(({ judged }) => reasonOf(judged))),
      classes: counts(classes),
    },
    lexicalAgreement: { same: both.filter(Boolean).length, of: both.length },
  };
}

function reasonOf(
  score: { readonly status: 'scored' } | { readonly status: 'unscored'; readonly reason: string },
): string | undefined {
  return score.status === 'unscored' ? score.reason : undefined;
}

function tally(reasons: readonly (string | undefined)[]): Tally {
  const missing = reasons.filter((reason) => reason !== undefined);
  return {
    n: reasons.length,
    scored: reasons.length - missing.length,
    unscored: missing.length,
    reasons: counts(missing),
  };
}

/** By name; any text can be one, so nothing is assigned to an object by key. */
function counts(names: readonly string[]): Readonly<Record<string, number>> {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return Object.fromEntries(found);
}
