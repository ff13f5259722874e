/**
 * Version of the analysis: raised by hand whenever equal scores would lead to another verdict.
 * Registered before the first score, so that the rule cannot change in between unseen.
 */
export const ANALYSIS_VERSION = 1;
