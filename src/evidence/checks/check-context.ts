import type { Manifest } from '../../study/manifest.ts';
import type { ResultStore } from '../../study/results.ts';
import type { Bundle } from '../open-bundle.ts';

/** What the checks of a bundle share. */
export interface CheckContext {
  readonly bundle: Bundle;
  /** The bundle as the verdict reads results. */
  readonly store: ResultStore;
  /** The plan the verdict was reached under, as the bundle has it. */
  readonly manifest: Manifest;
}
