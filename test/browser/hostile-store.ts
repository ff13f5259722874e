import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { openDatabase } from '../../src/store/database.ts';
import { finishedStore } from './finished-store.ts';

/** Words that would take over a page, a terminal or a reader, were they more than text. */
export const HOSTILE =
  '<script>window.hacked = 1</script><img src="x" onerror="window.hacked = 2">' +
  '**bold** [click](javascript:window.hacked=3) \u001B[31mred\u001B[0m \u202Egnihton\u202C a\u200Bb';

/** A finished study in which one conversation is `HOSTILE`, what was asked and what was answered. */
export async function hostileStore(): Promise<{
  readonly storeDir: string;
  readonly sample: number;
  readonly dispose: () => void;
}> {
  const { storeDir, dispose } = await finishedStore();
  const database = openDatabase(join(storeDir, 'informant.db'), 'write');
  try {
    const row = database.get(z.object({ id: z.int() }), 'SELECT max(id) AS id FROM samples');
    if (row === undefined) throw new Error('the study has no samples');
    const transcript = [
      { role: 'user', content: HOSTILE, origin: 'scripted' },
      { role: 'assistant', content: HOSTILE, origin: 'sampled' },
    ];
    const packed = gzipSync(JSON.stringify(transcript));
    database.run('UPDATE transcripts SET json_gz = ? WHERE sample_id = ?', packed, row.id);
    database.run('UPDATE samples SET preview = ? WHERE id = ?', HOSTILE, row.id);
    return { storeDir, sample: row.id, dispose };
  } finally {
    database.close();
  }
}
