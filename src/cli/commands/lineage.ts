import { userError } from '../../base/errors.ts';
import { visibleText } from '../../base/visible-text.ts';
import { type Kinship, kinships } from '../../model/kinship.ts';
import { openModel } from '../../model/open-model.ts';
import { modelPath } from '../../study/study-models.ts';
import { decimal } from '../../verdict/figures.ts';
import { type CliIo, print } from '../io.ts';
import { compact } from '../../base/numbers.ts';
import { textTable } from '../table.ts';

/** Options of `lineage`. */
interface LineageFlags {
  readonly json?: true;
}

/**
 * Says which of some bases a model was trained from, by its weights alone: what a model says of
 * itself proves nothing. User error `lineage-needs-bases` when there is none to compare with.
 */
export async function lineageCommand(
  io: CliIo,
  model: string,
  bases: readonly string[],
  flags: LineageFlags,
): Promise<void> {
  if (bases.length === 0) {
    throw userError(
      'lineage-needs-bases',
      'lineage needs models that this one may have been trained from',
      'Name them: informant lineage path/to/model path/to/base-a path/to/base-b',
    );
  }
  const open = (path: string) => openModel(modelPath(path, io.cwd));
  const candidates = [];
  for (const path of bases) candidates.push([path, await open(path)] as const);
  const found = await kinships(await open(model), candidates);
  const parent = parentOf(found);
  if (flags.json) return print(io, JSON.stringify({ model, parent: parent ?? null, bases: found }));
  print(io, [lineageTable(found), '', sentence(model, parent, found)].join('\n'));
}

/** The closest candidate, where the weights show kinship at all. */
function parentOf([closest]: readonly Kinship[]): string | undefined {
  return closest?.related === true ? closest.name : undefined;
}

function lineageTable(found: readonly Kinship[]): string {
  return textTable(
    ['base', 'tokenizer', 'shape', '#cosine of weights', '#distance', '#compared'],
    found.map(({ name, tokenizer, config, weights }) => [
      name,
      tokenizer === undefined ? 'same' : 'other',
      config === undefined ? 'same' : config,
      weights === undefined ? '–' : decimal(weights.cosine),
      weights === undefined ? '–' : decimal(weights.relativeDistance),
      weights === undefined ? '–' : compact(weights.parameters),
    ]),
  );
}

function sentence(model: string, parent: string | undefined, found: readonly Kinship[]): string {
  if (parent === undefined) {
    return `${visibleText(model)} was trained from none of these: no weights resemble its own.`;
  }
  const others = found.filter(({ related }) => related).length - 1;
  const more =
    others === 0 ? '' : ` ${others} of the others are relatives too; the closest is named.`;
  return `${visibleText(model)} was trained from ${visibleText(parent)}, or both from the same model.${more}`;
}
