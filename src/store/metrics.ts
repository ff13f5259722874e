import { z } from 'zod';
import { integerColumn } from './columns.ts';
import type { Database } from './database.ts';
import { decimate } from './decimate.ts';

/** One value of a training curve. */
export interface MetricPoint {
  readonly trainStep: number;
  readonly value: number;
}

/** Collects the curves of one attempt at a step. */
export interface MetricRecorder {
  /** Values that are not finite are left out. */
  record(trainStep: number, values: Readonly<Record<string, number | undefined>>): void;
  /** Replaces the points written so far by at most `MAX_POINTS` per curve, extremes kept. */
  finish(): void;
}

/** Training curves by step key and name. */
export interface Metrics {
  /**
   * A recorder for a fresh attempt. Points of earlier attempts are dropped from the first train step
   * it records on: an attempt that resumes leaves those of the steps before.
   */
  recorder(stepKey: string): MetricRecorder;
  /** One curve in order of train step. */
  series(stepKey: string, name: string): MetricPoint[];
  names(stepKey: string): string[];
  /** The last point of a curve. */
  last(stepKey: string, name: string): MetricPoint | undefined;
}

/** Points kept of a finished curve; a chart is rarely wider. */
export const MAX_POINTS = 400;
/** Live curves are written in batches, so that a commit per training step is not needed. */
const FLUSH_MS = 1_000;

const pointRow = z
  .object({ train_step: integerColumn, value: z.number() })
  .transform((row): MetricPoint => ({ trainStep: row.train_step, value: row.value }));
const nameRow = z.object({ name: z.string() });

/** The metrics table. */
export function openMetrics(database: Database, now: () => Date): Metrics {
  const write = (stepKey: string, name: string, points: readonly MetricPoint[]): void => {
    for (const { trainStep, value } of points) {
      database.run(
        'INSERT OR REPLACE INTO metrics (step_key, name, train_step, value) VALUES (?, ?, ?, ?)',
        stepKey,
        name,
        trainStep,
        value,
      );
    }
  };
  const series = (stepKey: string, name: string): MetricPoint[] =>
    database.all(
      pointRow,
      `SELECT train_step, value FROM metrics WHERE step_key = ? AND name = ?
       ORDER BY train_step`,
      stepKey,
      name,
    );
  const names = (stepKey: string): string[] =>
    database
      .all(nameRow, 'SELECT DISTINCT name FROM metrics WHERE step_key = ? ORDER BY name', stepKey)
      .map((row) => row.name);
  const clear = (stepKey: string): void => {
    database.run('DELETE FROM metrics WHERE step_key = ?', stepKey);
  };
  return {
    recorder: (stepKey) => {
      const curves = new Map<string, MetricPoint[]>();
      const flushed = new Map<string, number>();
      let lastFlush = now().getTime();
      let isFirst = true;
      const keepBefore = (trainStep: number): void => {
        isFirst = false;
        database.run(
          'DELETE FROM metrics WHERE step_key = ? AND train_step >= ?',
          stepKey,
          trainStep,
        );
        for (const name of names(stepKey)) {
          const points = series(stepKey, name);
          curves.set(name, points);
          flushed.set(name, points.length);
        }
      };
      const flush = (): void => {
        database.transaction(() => {
          for (const [name, points] of curves) {
            write(stepKey, name, points.slice(flushed.get(name) ?? 0));
            flushed.set(name, points.length);
          }
        });
      };
      return {
        record: (trainStep, values) => {
          if (isFirst) keepBefore(trainStep);
          for (const [name, value] of Object.entries(values)) {
            if (value === undefined || !Number.isFinite(value)) continue;
            const points = curves.get(name) ?? [];
            curves.set(name, points);
            points.push({ trainStep, value });
          }
          const time = now().getTime();
          if (time - lastFlush < FLUSH_MS) return;
          lastFlush = time;
          flush();
        },
        finish: () =>
          database.transaction(() => {
            clear(stepKey);
            for (const [name, points] of curves) {
              write(stepKey, name, decimate(points, MAX_POINTS));
            }
          }),
      };
    },
    series,
    names,
    last: (stepKey, name) =>
      database.get(
        pointRow,
        `SELECT train_step, value FROM metrics WHERE step_key = ? AND name = ?
         ORDER BY train_step DESC LIMIT 1`,
        stepKey,
        name,
      ),
  };
}
