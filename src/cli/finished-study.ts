import { join } from 'node:path';
import { readJsonObject } from '../artifacts/read-json-object.ts';
import { userError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/files.ts';
import type { Store } from '../store/open-store.ts';
import type { Manifest } from '../study/manifest.ts';
import { PREREGISTERED } from '../study/registration-standing.ts';
import { exchangeability } from '../study/exchangeability.ts';
import { auditabilityChanges } from '../study/auditability-change.ts';
import { modelProfiles } from '../study/profiles.ts';
import { lastVerdict, readManifest } from '../study/verdict-ledger.ts';
import { markdownReport } from '../verdict/markdown-report.ts';
import type { Verdict } from '../verdict/types.ts';
import { verdictSchema } from '../verdict/verdict-schema.ts';
import { profileRows } from './profile-rows.ts';
import type { LossCurve, ReportExtras } from './report/extras.ts';
import { renderReport } from './report/render-report.ts';
import { auditabilityTable } from './views/profile-text.ts';
import { exchangeabilityMarkdown } from './views/exchangeability-text.ts';
import { transferWindows } from './transfer-windows.ts';
import { toolVersion } from '../base/tool-version.ts';

/** The last recorded verdict of a study with the plan it was reached under. */
export interface FinishedStudy {
  readonly verdict: Verdict;
  readonly manifest: Manifest;
  /** sha256 of the verdict's canonical bytes. */
  readonly verdictDigest: string;
}

/** Reads the recorded verdict; user error `no-verdict` when the study is not finished. */
export function readFinishedStudy(store: Store, id: string, label: string): FinishedStudy {
  const recorded = lastVerdict(store, id);
  if (recorded === undefined) {
    throw userError(
      'no-verdict',
      `study ${id} has no verdict in ${store.dir}`,
      `Run it to the end first: informant run ${label}`,
    );
  }
  return {
    verdict: readJsonObject(store.objects, recorded.verdict, verdictSchema),
    manifest: readManifest(store, recorded.manifest),
    verdictDigest: recorded.verdict,
  };
}

/** Writes `report.html` and `report.md` under `<store>/reports/<study>`; returns the former's path. */
export function writeReport(store: Store, finished: FinishedStudy, label: string): string {
  const folder = join(store.dir, 'reports', finished.verdict.study);
  const extras = reportExtras(store, finished, label);
  const markdown =
    markdownReport(finished.verdict) + exchangeabilityMarkdown(extras.exchangeability);
  writeFileAtomic(join(folder, 'report.md'), markdown);
  const path = join(folder, 'report.html');
  writeFileAtomic(path, renderReport(finished.verdict, extras));
  return path;
}

function reportExtras(store: Store, finished: FinishedStudy, label: string): ReportExtras {
  const { manifest, verdict, verdictDigest } = finished;
  const registered = store.ledger
    .list(verdict.study)
    .find((event) => event.type === PREREGISTERED)?.time;
  const compared = exchangeability(manifest, store);
  const profiles = modelProfiles(manifest, store);
  return {
    ...(compared && { exchangeability: compared }),
    studyDigest: manifest.registration,
    studyFile: label,
    toolVersion: toolVersion(),
    curves: lossCurves(store, manifest),
    profiles: profileRows(manifest, profiles),
    auditability: auditabilityTable({
      models: profiles.map(({ id: model, ...rest }) => ({ model, ...rest })),
      changes: auditabilityChanges(profiles),
      probes: [],
    }),
    transfer: transferWindows(manifest, profiles),
    provenance: [
      ['verdict digest', verdictDigest],
      ['ledger head', store.ledger.root(verdict.study)],
      ...(registered === undefined ? [] : [['registered', registered] as const]),
    ],
  };
}

function lossCurves(store: Store, manifest: Manifest): LossCurve[] {
  return manifest.families.flatMap((family) =>
    family.arms.map(({ slug, role, student }) => ({
      runId: slug,
      family: family.name,
      role,
      points: store.metrics
        .series(student, 'loss')
        .map(({ trainStep, value }) => ({ step: trainStep, loss: value })),
    })),
  );
}
