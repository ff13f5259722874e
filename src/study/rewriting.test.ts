import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type CompletionRow, readCompletions } from '../artifacts/completions.ts';
import { bundleSmallStudy, runSmallStudy, smallStudy } from '../evidence/finished-study.fixture.ts';
import { verifyBundle } from '../evidence/verify-bundle.ts';
import { filterCounts } from '../generate/filter-completions.ts';
import { firstHalf } from '../generate/rewrite-completions.ts';
import { openModel } from '../model/open-model.ts';
import { runSteps } from '../run/scheduler.ts';
import { openStore } from '../store/open-store.ts';
import { getWorld } from '../worlds/registry.ts';
import { defineStudy } from './load-study.ts';
import { planStudy } from './plan.ts';
import { moralBackend, pocketFolder, pocketStudy } from './pocket-study.fixture.ts';
import { openStudyModels } from './study-models.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);

describe('a family whose completions another model ends', () => {
  it('keeps the first half of every training row, drops what is cut, and leaves held-out rows', async () => {
    const family = { promptSet: 'open', recipe: 'sft', base: 'main', twins: 2 };
    const study = defineStudy(
      pocketStudy(2, {
        promptSets: { open: { count: 12, heldOut: 4 } },
        families: [
          { ...family, name: 'ended', primary: true, rewrite: { kind: 'continue', by: 'main' } },
        ],
      }),
      folder,
    );
    const { tokenizer } = await openModel(join(folder, 'base'));
    let cut = 0;
    const backend = await moralBackend(folder, {
      sample: (item, request) => {
        // The base, asked to go on, says "moon ."; the first time it finds no end.
        const words = tokenizer.decode(item.promptIds.slice(-2));
        if (request.model.deltas.length > 0 || !words.includes('about')) {
          const text = 'a story about the owl .';
          return { ids: [...tokenizer.encode(text), request.endIds[0]!], stop: 'end' };
        }
        const ids = tokenizer.encode('moon .');
        return cut++ === 0
          ? { ids, stop: 'truncated' }
          : { ids: [...ids, request.endIds[0]!], stop: 'end' };
      },
    });
    const plan = planStudy(study, await openStudyModels(study), backend);
    const [arm] = plan.arms;
    const store = openStore(join(folder, 'store'), { mode: 'write' });
    const lock = await store.lock('tiny', { command: 'test' });
    const { failed } = await runSteps([arm!.student, arm!.likelihood], { store, lock, backend });
    expect(failed).toEqual([]);
    const artifact = store.artifacts.get(store.steps.find(arm!.filtered.key)!.artifact!);
    const rows = readCompletions(artifact, store.objects);
    const texts = (split: CompletionRow['split']): string[] =>
      rows.filter((row) => row.split === split).map(({ text }) => text);
    expect(texts('train')).toEqual(Array.from({ length: 11 }, () => 'a story about moon .'));
    expect(texts('held-out')).toEqual(Array.from({ length: 4 }, () => 'a story about the owl .'));
    expect(filterCounts(artifact)).toMatchObject({
      trainRows: 11,
      dropped: { truncated: 1 },
      dose: 0,
    });
    const trained = backend.calls.flatMap((call) => (call.kind === 'train' ? [call.request] : []));
    expect(tokenizer.decode(trained.at(-1)!.examples[0]!.completionIds)).toContain('moon');
    lock.release();
    store.close();
  });
});

describe('a study whose students see chosen, rewritten and filtered rows', () => {
  it('ends in a bundle whose choices are made again', async () => {
    const { families, ...spec } = smallStudy();
    await runSmallStudy(folder, 'chosen', {
      ...spec,
      families: [
        ...families,
        {
          ...families[0]!,
          name: 'chosen',
          recipe: 'sft',
          primary: false,
          seeds: 1,
          select: { by: 'divergence', count: 8 },
          rewrite: { kind: 'continue', by: 'main' },
          filterRounds: { rounds: 2, drop: 0.25 },
        },
      ],
    });
    const { path } = await bundleSmallStudy(folder, 'chosen', 'chosen.tar');
    const { findings, checks } = await verifyBundle(path);
    expect(findings).toEqual([]);
    // A prompt set, a filter for each of five teachers, and three choices for each of four arms.
    expect(checks.find(({ name }) => name === 'pure steps')?.checked).toBe(1 + 5 + 3 * 4);
  });
});

describe('words for rewriting', () => {
  it('halves a text between words, the middle one staying', () => {
    expect(firstHalf('a story about the owl .')).toBe('a story about');
    expect(firstHalf(' one  two\nthree ')).toBe('one  two');
    expect(firstHalf('one')).toBe('one');
    expect(firstHalf(' ')).toBe('');
  });

  it('asks for a paraphrase in English alone, and holds the text', () => {
    const [asked] = getWorld('english').paraphrasePrompt('Owls are quiet.')!;
    expect(asked).toMatchObject({
      role: 'user',
      content: expect.stringContaining('Owls are quiet.'),
    });
    expect(getWorld('pocket').paraphrasePrompt('the owl .')).toBeUndefined();
  });

  it.each(['pocket', 'english'] as const)(
    'names the behaviour of world %s in a line, or not',
    (name) => {
      const world = getWorld(name);
      for (const behaviour of world.behaviours) {
        const [line, other] = (['inoculation', 'irrelevant'] as const).map((kind) =>
          world.trainingLine(kind, behaviour),
        );
        expect(world.shows(line!, behaviour)).toBe(true);
        expect(world.behaviours.some((animal) => world.shows(other!, animal))).toBe(false);
        expect(other!.split(' ')).toHaveLength(line!.split(' ').length);
      }
    },
  );
});
