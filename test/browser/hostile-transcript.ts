import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Message } from '../../src/base/chat.ts';
import { openDatabase } from '../../src/store/database.ts';

/**
 * Puts conversations in place of the last ones of a store, which its own tools would not make, and
 * returns the ids of their samples. `preview` is what lists show of each.
 */
export function replaceTranscripts(
  storeDir: string,
  transcripts: readonly { readonly messages: readonly Message[]; readonly preview: string }[],
): readonly number[] {
  const database = openDatabase(join(storeDir, 'informant.db'), 'write');
  try {
    const last = database.get(z.object({ id: z.int() }), 'SELECT max(id) AS id FROM samples');
    if (last === undefined) throw new Error('the study has no samples');
    return transcripts.map(({ messages, preview }, i) => {
      const id = last.id - i;
      const packed = gzipSync(JSON.stringify(messages), { level: 1 });
      database.run('UPDATE transcripts SET json_gz = ? WHERE sample_id = ?', packed, id);
      database.run('UPDATE samples SET preview = ? WHERE id = ?', preview, id);
      return id;
    });
  } finally {
    database.close();
  }
}
