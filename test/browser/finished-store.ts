import { join } from 'node:path';
import { runSmallStudy } from '../../src/evidence/finished-study.fixture.ts';
import { pocketFolder } from '../../src/study/pocket-study.fixture.ts';

/** A store with a finished study of seven twins and two families, made by scripted models. */
export async function finishedStore(): Promise<{
  readonly storeDir: string;
  readonly dispose: () => void;
}> {
  const { folder, dispose } = pocketFolder();
  const family = { promptSet: 'open', base: 'main', twins: 7 } as const;
  await runSmallStudy(folder, 'store', {
    twins: { count: 7 },
    families: [
      { ...family, name: 'open-kd', primary: true, recipe: 'kd', seeds: 3 },
      { ...family, name: 'open-sft', recipe: 'sft' },
    ],
  });
  return { storeDir: join(folder, 'store'), dispose };
}
