import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { offlineGlobalSchema, offlineIndexSchema } from '../../api/offline.ts';
import { type OfflineStore, openOfflineStore } from '../../web/client/offline-answers.ts';
import type { ServedStudy } from '../served-study.fixture.ts';
import { type ExportedPage, exportPage } from './export-page.ts';

/** When exports of tests are written. */
export const EXPORTED_AT = new Date('2026-01-02T03:04:05.000Z');

/** Exports the small study below its folder, with a page that does nothing. */
export function exportSmallStudy(
  served: ServedStudy,
  name: string,
  replace = false,
): Promise<ExportedPage> {
  const pageDir = join(served.folder, 'built');
  mkdirSync(pageDir, { recursive: true });
  writeFileSync(join(pageDir, 'page.js'), 'void 0;');
  writeFileSync(join(pageDir, 'page.css'), 'body {}');
  const study = served.store.studies.find('tiny')!;
  const options = { replace, now: EXPORTED_AT, pageDir };
  return exportPage(served.store, study, join(served.folder, name), options);
}

/** An exported folder whose scripts run as a browser would; `onLoad` is told which are asked for. */
export function openExported(
  folder: string,
  onLoad: (chunk: string) => void = () => {},
): OfflineStore {
  const context = createContext({});
  const run = (name: string): void => {
    runInContext(readFileSync(join(folder, 'data', `${name}.js`), 'utf8'), context);
  };
  const found = () => offlineGlobalSchema.parse(runInContext('informantOffline', context));
  run('index');
  return openOfflineStore(offlineIndexSchema.parse(JSON.parse(found().index)), async (chunk) => {
    onLoad(chunk);
    run(chunk);
    const value: unknown = JSON.parse(found().chunks[chunk]!);
    return value;
  });
}
