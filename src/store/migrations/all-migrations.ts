import { initialTables } from './001-initial-tables.ts';

/** Every change of layout in order; migration n takes `user_version` from n to n + 1. */
export const migrations: readonly string[] = [initialTables];
