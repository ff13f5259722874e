import { join } from 'node:path';
import { writeFileAtomic } from '../base/files.ts';
import type { Store } from '../store/open-store.ts';
import type { Manifest } from '../study/manifest.ts';
import { PREREGISTERED } from '../study/registration-standing.ts';
import { exchangeability } from '../study/exchangeability.ts';
import { auditabilityChanges } from '../study/auditability-change.ts';
import { modelProfiles } from '../study/profiles.ts';
import { markdownReport } from '../verdict/markdown-report.ts';
import type { FinishedStudy } from '../readers/finished-study.ts';
import { profileRows } from '../readers/profile-rows.ts';
import type { LossCurve, ReportExtras } from './report/extras.ts';
import { renderReport } from './report/render-report.ts';
import { auditabilityTable } from './views/profile-text.ts';
import { exchangeabilityMarkdown } from './views/exchangeability-text.ts';
import { transferWindows } from '../readers/transfer-windows.ts';
import { toolVersion } from '../base/tool-version.ts';

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
