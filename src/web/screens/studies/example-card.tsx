import type { Studies } from '../../../api/studies.ts';
import { count } from '../../components/format.ts';
import { ExampleText } from './example-text.tsx';
import { StartButton } from './start-button.tsx';

/** A study that ships with Informant and has not been started in this store. */
export function ExampleCard({ example }: { readonly example: Studies['examples'][number] }) {
  return (
    <li className="panel card">
      <div className="row spread">
        <h3>{example.title}</h3>
        <StartButton example={example.id} label="Start" />
      </div>
      <ExampleText example={example} />
      <p className="small soft">
        {count(example.models)} models
        {example.steps > 0 && `, ${count(example.steps)} steps`}
      </p>
    </li>
  );
}
