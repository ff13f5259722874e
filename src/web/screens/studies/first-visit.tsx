import type { Studies } from '../../../api/studies.ts';
import { count } from '../../components/format.ts';
import { ExampleText } from './example-text.tsx';
import { MethodPicture } from './method-picture.tsx';
import { StartButton } from './start-button.tsx';

/** An empty store: what Informant is for, what a study does, and one button to see it happen. */
export function FirstVisit({ examples }: { readonly examples: Studies['examples'] }) {
  const first = examples.find(({ id }) => id === 'pocket') ?? examples[0];
  return (
    <>
      <p>
        You suspect a model, <b>U</b>, of hiding something: it behaves whenever it recognises a
        test. Informant uses U as a teacher. Weaker students are trained to imitate it, and the
        students, less able to hide, are audited in its place. The same is done with{' '}
        <b>benign twins</b>: teachers of the same making that are known to be harmless. If only U’s
        students show the behaviour, it came from U.
      </p>
      <MethodPicture />
      {first === undefined ? (
        <p>
          This store holds no study yet. Start one in the terminal:{' '}
          <code>informant run study.yaml</code>
        </p>
      ) : (
        <section className="panel begin">
          <h2>Begin with the {first.title} study</h2>
          <ExampleText example={first} />
          <p className="soft small">
            {count(first.models)} models
            {first.steps > 0 && ` in ${count(first.steps)} steps`}, all on this machine. You will
            see every step as it runs, may pause at any time, and are led to the verdict when it is
            reached. Nothing is sent anywhere.
          </p>
          <StartButton example={first.id} label={`Start the ${first.id} study`} />
        </section>
      )}
    </>
  );
}
