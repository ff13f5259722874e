import { z } from 'zod';
import { integerColumn, jsonColumn, jsonText } from './columns.ts';
import type { Database } from './database.ts';
import type { ItemRows } from './types.ts';

const itemRow = z
  .object({ item_index: integerColumn, value: jsonColumn })
  .transform((row) => ({ index: row.item_index, value: row.value }));

const EVERY_ITEM = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Rows of one step, one per finished item; they outlive a kill. */
export function openItems(database: Database, stepKey: string): ItemRows {
  return {
    list: ({ from, to } = EVERY_ITEM) =>
      database.all(
        itemRow,
        `SELECT item_index, value FROM items
         WHERE step_key = ? AND item_index >= ? AND item_index < ? ORDER BY item_index`,
        stepKey,
        from,
        to,
      ),
    add: (rows) =>
      database.transaction(() => {
        for (const { index, value } of rows) {
          database.run(
            `INSERT INTO items (step_key, item_index, value) VALUES (?, ?, ?)
             ON CONFLICT (step_key, item_index) DO NOTHING`,
            stepKey,
            index,
            jsonText(value),
          );
        }
      }),
  };
}
