import { clip, oneLine } from '../../base/visible-text.ts';
import type { DivergenceMap } from '../../study/divergence-map.ts';
import { percent } from '../../verdict/figures.ts';
import { textTable } from '../table.ts';

const SHOWN_PROMPTS = 15;
const SHOWN_TOKENS = 20;
const PROMPT_WIDTH = 44;
const BEFORE_WIDTH = 32;

/** Where teacher and base differ most, for the terminal. Every text is made visible. */
export function divergenceText(map: DivergenceMap): string {
  const student =
    map.fromStudent === null
      ? ''
      : `, from its student ${nats(map.fromStudent)} on the same tokens`;
  const head =
    `${map.rows} training completions, ${map.tokens} tokens. Per token the teacher is ${nats(map.fromBase)} nats ` +
    `from the base (KL)${student}; a tenth of the tokens carries ${percent(map.topTenth)} of that.`;
  const prompts = map.prompts
    .slice(0, SHOWN_PROMPTS)
    .map(({ prompt, tokens, total, mean, fromStudent, peak }) => [
      nats(total),
      nats(mean),
      fromStudent === null ? '—' : nats(fromStudent),
      String(tokens),
      clip(oneLine(prompt), PROMPT_WIDTH),
      `${tail(oneLine(peak.before), BEFORE_WIDTH)} [${oneLine(peak.token)}]`,
      nats(peak.fromBase),
    ]);
  const tokens = map.byToken
    .slice(0, SHOWN_TOKENS)
    .map(({ token, count, mean, share }) => [
      `[${oneLine(token)}]`,
      String(count),
      nats(mean),
      percent(share),
    ]);
  return [
    head,
    textTable(
      ['#total', '#mean', '#student', '#tokens', 'prompt', 'most at [token]', '#nats'],
      prompts,
    ),
    textTable(['token that stands there', '#times', '#mean', '#of all'], tokens),
  ].join('\n\n');
}

/** The end of a text, an ellipsis in place of what was cut. */
function tail(text: string, limit: number): string {
  const characters = Array.from(text);
  return characters.length <= limit ? text : `…${characters.slice(1 - limit).join('')}`;
}

function nats(value: number): string {
  return value.toFixed(3);
}
