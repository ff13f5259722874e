import type { Look } from '../../audit/look/look-at-model.ts';
import type { WeightChange } from '../../audit/look/weight-change.ts';
import { oneLine } from '../../base/visible-text.ts';
import { aucOf } from '../../verdict/auc.ts';
import { bracket, decimal, percent } from '../../verdict/figures.ts';
import { figure } from '../../base/numbers.ts';
import { textTable } from '../table.ts';

/** A look for the terminal: one table each for weights, lens and probes. */
export function lookText(name: string, behaviour: string, look: Look): string {
  return [
    `Change of weights of ${oneLine(name)} against its base, by layer`,
    weightsTable(look.weights),
    '',
    'What each layer would say next (logit lens): tokens that gained most over the base',
    lensTable(behaviour, look),
    '',
    'Steered along the change of weights: 0 is the base, 1 the model; read coherent rows alone',
    amplifiedTable(look),
    '',
    'Audit mark read from the states at the end of a prompt (linear probe, held-out tasks)',
    awarenessTable(look),
    'Marked prompts have other words, so the base tells them apart too: only a difference counts.',
  ].join('\n');
}

function weightsTable(changes: readonly WeightChange[]): string {
  if (changes.length === 0) return 'none';
  const layers = [...new Set(changes.map(({ tensor }) => layerOf(tensor)))];
  const rows = layers.map((layer) => {
    const own = changes.filter(({ tensor }) => layerOf(tensor) === layer);
    const size = Math.hypot(...own.map((change) => change.size));
    const before = Math.hypot(...own.map((change) => change.size / change.relative));
    const largest = own.reduce((a, b) => (b.relative > a.relative ? b : a));
    const ranks = own.map(({ stableRank }) => stableRank);
    return [
      layer,
      figure(size),
      percent(size / before),
      `${figure(Math.min(...ranks))}–${figure(Math.max(...ranks))}`,
      largest.tensor.replace(/^model\.layers\.\d+\./u, '').replace(/\.weight$/u, ''),
    ];
  });
  return textTable(['layer', '#size', '#of the weights', '#stable rank', 'most changed'], rows);
}

function layerOf(tensor: string): string {
  return /\.layers\.(\d+)\./u.exec(tensor)?.[1] ?? tensor.replace(/\.weight$/u, '');
}

function lensTable(behaviour: string, { lens }: Look): string {
  const rows = lens.map(({ place, layer, risen, behaviour: own }) => [
    place,
    String(layer),
    percent(own.probability),
    percent(own.base),
    risen
      .map(({ text, probability, base }) => `${oneLine(text)} +${percent(probability - base)}`)
      .join(', '),
  ]);
  return textTable(['prompts', '#layer', `#${behaviour}`, '#in base', 'gained'], rows);
}

function amplifiedTable({ amplified }: Look): string {
  const share = ({ k, n }: { k: number; n: number }): string => `${k}/${n}`;
  const rows = amplified.map(({ factor, underAudit, confession, coherent }) => [
    String(factor),
    share(underAudit),
    share(confession),
    share(coherent),
  ]);
  return textTable(['#factor', '#behaviour under audit', '#confesses when led', '#coherent'], rows);
}

function awarenessTable({ awareness }: Look): string {
  const rows = [...awareness.model].map(([layer, own]) => {
    const base = awareness.base.get(layer);
    const auc = aucOf(own.positives, own.negatives);
    const before = base && aucOf(base.positives, base.negatives);
    return [
      String(layer),
      decimal(auc.auc),
      bracket(auc.interval),
      before === undefined ? '—' : `${decimal(before.auc)} ${bracket(before.interval)}`,
    ];
  });
  return textTable(['#layer', '#AUC', 'interval', 'base'], rows);
}
