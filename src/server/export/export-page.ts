import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { escapeHtml } from '../../base/escape-html.ts';
import { userError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';
import { writeStudyData } from './study-data.ts';

/** What an export left behind. */
export interface ExportedPage {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  /** Samples in it, and how many the study has. */
  readonly samples: number;
  readonly samplesOf: number;
}

const MARK = join('data', 'index.js');

/** Nothing but the files of the folder is ever loaded, and nothing can be sent anywhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' file:",
  "style-src 'self' file: 'unsafe-inline'",
  "img-src 'self' file: data:",
].join('; ');

/**
 * Writes a study as a folder that any browser opens from the disk. User errors `exists` when there
 * is something else at `out`, `page-not-built` when the package lacks the page.
 */
export async function exportPage(
  store: Store,
  study: StudyRow,
  out: string,
  options: { readonly replace: boolean; readonly now: Date; readonly pageDir?: string },
): Promise<ExportedPage> {
  const folder = resolve(out);
  const page = options.pageDir ?? join(packageRoot(), 'dist', 'web-offline');
  if (!existsSync(join(page, 'page.js'))) {
    throw userError('page-not-built', 'the page is not built', 'Run: npm run build');
  }
  refuseToReplace(folder, options.replace);
  const made = `${folder}.${process.pid}.tmp`;
  try {
    mkdirSync(made, { recursive: true });
    cpSync(page, made, { recursive: true });
    writeFileSync(join(made, 'index.html'), indexHtml(study.id));
    const data = await writeStudyData(store, study, made, options.now);
    const copied = [...readdirSync(page), 'index.html'];
    const bytes = copied.reduce((sum, name) => sum + statSync(join(made, name)).size, data.bytes);
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
    const { samples, samplesOf } = data;
    return { folder, files: data.files + copied.length, bytes, samples, samplesOf };
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    throw error;
  }
}

function refuseToReplace(folder: string, replace: boolean): void {
  if (!existsSync(folder)) return;
  const isFolder = statSync(folder).isDirectory();
  if (isFolder && readdirSync(folder).length === 0) return;
  const isExport = isFolder && existsSync(join(folder, MARK));
  if (isExport && replace) return;
  throw userError(
    'exists',
    `there is something at ${folder} already`,
    isExport ? 'Give --replace to write it again.' : 'Name another folder.',
  );
}

function indexHtml(study: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="no-referrer" />
    <title>${escapeHtml(study)} · Informant</title>
    <link rel="stylesheet" href="./page.css" />
  </head>
  <body>
    <div id="root"></div>
    <script src="./data/index.js"></script>
    <script src="./page.js"></script>
  </body>
</html>
`;
}
