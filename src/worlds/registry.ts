import { createEnglishWorld } from './english/english-world.ts';
import { createPocketWorld } from './pocket/pocket-world.ts';
import type { World } from './types.ts';

const WORLDS: Readonly<Record<World['name'], () => World>> = {
  pocket: createPocketWorld,
  english: createEnglishWorld,
};

/** The world of this name. */
export function getWorld(name: World['name']): World {
  return WORLDS[name]();
}
