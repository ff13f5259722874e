/** What a verification looks at, in this order. */
export const CHECKS = [
  'container',
  'signature',
  'ledger',
  'keys',
  'artifacts',
  'plan',
  'pure steps',
  'completions',
  'scores',
  'verdict',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** One thing that does not hold. */
export interface Finding {
  readonly check: CheckName;
  /** Member of the bundle. */
  readonly member: string;
  /** Row within it: a line, an event, a sample, a path in JSON. */
  readonly row?: string;
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
}

/** Takes what a check finds; `checked` counts what it looked at. */
export interface Reporter {
  report(finding: Omit<Finding, 'check'>): void;
  checked(count?: number): void;
}
