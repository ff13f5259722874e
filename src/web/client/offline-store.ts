import type { z } from 'zod';
import { offlineGlobalSchema, offlineIndexSchema } from '../../api/offline.ts';
import { type OfflineStore, openOfflineStore } from './offline-answers.ts';

let opened: OfflineStore | undefined;

/** The data that lies beside the page. */
export function offlineStore(): OfflineStore {
  opened ??= openOfflineStore(offlineIndexSchema.parse(JSON.parse(globals().index)), loadChunk);
  return opened;
}

/** Checked as it stands and not copied: chunks are put into it, and taken out once read. */
function globals() {
  const found: unknown = Reflect.get(globalThis, 'informantOffline');
  if (isOfflineGlobal(found)) return found;
  throw new Error('the data beside this page is damaged');
}

function isOfflineGlobal(value: unknown): value is z.infer<typeof offlineGlobalSchema> {
  return offlineGlobalSchema.safeParse(value).success;
}

/** Pages from a disk may read scripts and nothing else, so data comes as scripts. */
function loadChunk(name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `./data/${name}.js`;
    script.addEventListener('load', () => {
      script.remove();
      const { chunks } = globals();
      const text = chunks[name];
      Reflect.deleteProperty(chunks, name);
      if (text === undefined) reject(new Error(`the folder lacks data/${name}.js`));
      else resolve(JSON.parse(text));
    });
    script.addEventListener('error', () => {
      reject(new Error(`the folder lacks data/${name}.js`));
    });
    document.head.append(script);
  });
}
