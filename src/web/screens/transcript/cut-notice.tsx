import type { ReactNode } from 'react';
import { count } from '../../components/format.ts';
import type { Shown } from './shown.ts';

/** How much of a long conversation is shown, said before one takes it for the whole. */
export function CutNotice({
  shown: { transcript, cut },
  whole,
}: {
  readonly shown: Pick<Shown, 'transcript' | 'cut'>;
  /** Where all of it lies. */
  readonly whole: ReactNode;
}) {
  const { nodes } = transcript;
  const left = Object.values(cut).reduce((sum, characters) => sum + characters, 0);
  if (left === 0) return null;
  const here = nodes.reduce((sum, { content }) => sum + content.length, 0);
  return (
    <p className="cut" role="note">
      {Object.hasOwn(cut, nodes.length) && (
        <>Only the first {count(nodes.length)} messages are shown. </>
      )}
      The page shows {count(here)} of {count(here + left)} characters, so that it stays quick. All
      of them: {whole}
    </p>
  );
}
