import { useState } from 'react';
import type { DatasetToken } from '../../../api/dataset.ts';
import { visibleText } from '../../../base/visible-text.ts';
import { Choice } from '../../components/choice.tsx';
import { actionFor } from '../../shell/keys.ts';
import { isControl } from '../../shell/use-keys.ts';
import { heatShare, LEGEND_NATS, tokenHeat } from './token-heat.ts';
import { TokenFigures } from './token-figures.tsx';
import { tokenLabel } from './token-label.ts';
import { TokenTable } from './token-table.tsx';

type Measure = 'fromBase' | 'fromStudent';

/** Tokens on a heat of divergence; the one under focus or pointer shows what else was likely. */
export function TokenView({ tokens }: { readonly tokens: readonly DatasetToken[] }) {
  const measured = (measure: Measure): boolean => tokens.some((token) => token[measure] !== null);
  const [measure, setMeasure] = useState<Measure>('fromBase');
  const [focused, setFocused] = useState(() => hottest(tokens));
  const shown = measured(measure) ? measure : measured('fromStudent') ? 'fromStudent' : null;
  const focus = (at: number, place: Element): void => {
    const button = place.parentElement?.children[at];
    if (button instanceof HTMLButtonElement) button.focus();
  };
  return (
    <>
      {measured('fromBase') && measured('fromStudent') && (
        <Choice
          legend="Heat: divergence of the teacher from"
          value={measure}
          options={[
            { value: 'fromBase', label: 'its base' },
            { value: 'fromStudent', label: 'its student' },
          ]}
          onChange={setMeasure}
        />
      )}
      {shown === null ? (
        <p className="soft small">Divergence was not measured for this row.</p>
      ) : (
        <Legend of={shown === 'fromBase' ? 'base' : 'student'} />
      )}
      <div
        className="tokens"
        role="group"
        aria-label="Tokens; arrow keys move"
        onKeyDown={(event) => {
          const action = actionFor('tokens', event.key);
          if (action === undefined || !isControl(event.target)) return;
          event.preventDefault();
          const to = action === 'next' ? focused + 1 : focused - 1;
          if (event.target instanceof Element) focus(to, event.target);
        }}
      >
        {tokens.map((token, at) => {
          const nats = shown === null ? null : token[shown];
          const heat = tokenHeat(nats);
          return (
            <button
              // Tokens have no name but their place.
              // oxlint-disable-next-line react/no-array-index-key
              key={at}
              type="button"
              className="token untrusted printed"
              tabIndex={at === focused ? 0 : -1}
              aria-pressed={at === focused}
              aria-label={`${tokenLabel(token.text)}, ${natsText(nats)}`}
              title={natsText(nats)}
              style={
                heat === null
                  ? undefined
                  : {
                      background: `color-mix(in oklab, var(--heat) ${heatShare(heat)}, transparent)`,
                    }
              }
              onFocus={() => setFocused(at)}
              onClick={() => setFocused(at)}
            >
              {visibleText(token.text).replaceAll('\n', '⏎\n')}
            </button>
          );
        })}
      </div>
      {tokens[focused] !== undefined && <TokenFigures token={tokens[focused]} at={focused} />}
      <TokenTable tokens={tokens} />
    </>
  );
}

function natsText(nats: number | null): string {
  return nats === null ? 'not measured' : `${nats.toFixed(3)} nats`;
}

function Legend({ of }: { readonly of: string }) {
  return (
    <p className="token-legend small soft">
      KL(teacher ‖ {of}), nats per token; a stronger colour is further apart, the scale is the same
      for every row:{' '}
      <span className="scale">
        {LEGEND_NATS.map((nats) => (
          <span
            key={nats}
            style={{
              background: `color-mix(in oklab, var(--heat) ${heatShare(tokenHeat(nats) ?? 0)}, transparent)`,
            }}
          >
            {nats}
          </span>
        ))}
      </span>
    </p>
  );
}

function hottest(tokens: readonly DatasetToken[]): number {
  const heats = tokens.map(({ fromBase, fromStudent }) => fromBase ?? fromStudent ?? 0);
  return Math.max(0, heats.indexOf(Math.max(...heats)));
}
