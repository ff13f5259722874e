/** The library: what a program needs to define, plan and run studies and to read their results. */
export { AppError, EXIT } from './base/errors.ts';
export { createEmbeddedBackend, embeddedLayout } from './backends/embedded/embedded-backend.ts';
export type { Backend, Capability } from './backends/backend.ts';
export type { RunEvent } from './run/events.ts';
export { defineStudy, loadStudy, parseStudy } from './study/load-study.ts';
export { studyJsonSchema } from './study/json-schema.ts';
export type { LoadedStudy, StudySpec, StudySpecInput } from './study/spec.ts';
export { openStudyModels, type StudyModels } from './study/study-models.ts';
export { type Plan, planStudy, refuseProblems } from './study/plan.ts';
export type { PlanProblem } from './study/plan-problems.ts';
export { runStudy, type RunStudyOptions, type StudyResult } from './study/run-study.ts';
export { type Replay, replayVerdict } from './study/replay-verdict.ts';
export { collectVerdictInput } from './study/collect-verdict-input.ts';
export { type ModelProfile, modelProfiles } from './study/profiles.ts';
export { defaultStoreDir, openStore, type Store } from './store/open-store.ts';
export { decideVerdict } from './verdict/decide.ts';
export type { Verdict, VerdictInput } from './verdict/types.ts';
export * as statistics from './verdict/statistics.ts';
