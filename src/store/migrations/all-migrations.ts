import { initialTables } from './001-initial-tables.ts';
import { listings } from './002-listings.ts';

/** Every change of layout in order; migration n takes `user_version` from n to n + 1. */
export const migrations: readonly string[] = [initialTables, listings];
