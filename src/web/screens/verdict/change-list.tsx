import type { Verdict } from '../../../verdict/types.ts';
import { changes } from '../../../verdict/words.ts';

/** What each primary outcome does not say, and what would have had to be different for another. */
export function ChangeList({ verdict }: { readonly verdict: Verdict }) {
  const families = verdict.families.filter(({ primary }) => primary);
  const failed = changes(verdict);
  return (
    <>
      <Sentences of={failed} />
      {families.map(({ name, caveat, wouldChange }) => (
        <div key={name}>
          {families.length > 1 && <h3>{name}</h3>}
          {caveat !== undefined && <p>{caveat}</p>}
          <Sentences of={wouldChange ?? []} />
        </div>
      ))}
    </>
  );
}

function Sentences({ of }: { readonly of: readonly string[] }) {
  if (of.length === 0) return null;
  return (
    <ul>
      {of.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
