import type { DatasetItem } from '../../../api/dataset.ts';
import { Untrusted } from '../../components/untrusted.tsx';
import { diffWords } from './diff-words.ts';

/** The two answers of a pair, side by side where there is room, with what only one of them has. */
export function PairDiff({ pair }: { readonly pair: NonNullable<DatasetItem['pair']> }) {
  const parts = diffWords(pair.chosen.text, pair.rejected.text);
  const sides = [
    { title: 'Chosen', by: pair.chosen.by, own: 'left', other: 'right' },
    { title: 'Rejected', by: pair.rejected.by, own: 'right', other: 'left' },
  ] as const;
  return (
    <>
      <h3>The pair it is trained on</h3>
      <div className="pair-sides">
        {sides.map(({ title, by, own, other }) => (
          <div key={title} className="pair-side">
            <p className="small">
              <b>{title}</b>, by the {by}; its own words are{' '}
              {own === 'left' ? 'underlined' : 'struck through'}
            </p>
            <p className="pair-text">
              {parts.map(({ kind, text }, i) => {
                if (kind === other) return null;
                const words = <Untrusted text={text} />;
                // Parts have no name but their place.
                // oxlint-disable react/no-array-index-key
                if (kind === 'same') return <span key={i}>{words}</span>;
                return own === 'left' ? <ins key={i}>{words}</ins> : <del key={i}>{words}</del>;
                // oxlint-enable react/no-array-index-key
              })}
            </p>
          </div>
        ))}
      </div>
    </>
  );
}
