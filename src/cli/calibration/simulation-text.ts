import { decimal, percent, plural, pValue } from '../../verdict/figures.ts';
import type { SimulationReport } from '../../verdict/simulation/simulate-studies.ts';
import { textTable } from '../table.ts';

const CLAIMS = { guaranteed: '', gate: 'caught by a gate', broken: 'not claimed' } as const;

/** A simulation for people: false incriminations by setting, then power against its prediction. */
export function simulationText(report: SimulationReport): string {
  const nulls = textTable(
    ['setting', '#studies', '#false', '#≤ bound', '#p ≤ α', '#uniform p', 'claim'],
    report.settings.map((setting) => [
      setting.name,
      setting.studies.toLocaleString('en-US'),
      String(setting.incriminated),
      percent(setting.upperBound),
      percent(setting.pWithinAlpha / setting.studies),
      pValue(setting.uniformityP),
      CLAIMS[setting.claim],
    ]),
  );
  const power = textTable(
    ['setting', '#effect', '#found', '#95% interval', '#predicted', '#incriminated'],
    report.power.map((row) => [
      row.name,
      decimal(row.effect),
      percent(row.power),
      `${percent(row.interval.low)}–${percent(row.interval.high)}`,
      percent(row.predicted),
      row.full === 0 ? '–' : `${percent(row.incriminated)} of ${row.full}`,
    ]),
  );
  return [
    `${report.falseIncriminated} of ${plural(report.studies, 'null study').replace(/studys$/u, 'studies')} whose rate is claimed were INCRIMINATED: ${percent(report.rate)}, at most ${percent(report.upperBound)} (exact 95% bound).`,
    '',
    nulls,
    ...(report.power.length === 0 ? [] : ['', 'Power of the rank test', power]),
  ].join('\n');
}
