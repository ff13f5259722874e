import { useQuery } from '@tanstack/react-query';
import type { DatasetItem } from '../../../api/dataset.ts';
import { datasetItemQuery } from '../../client/queries.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { PairDiff } from './pair-diff.tsx';
import { TokenView } from './token-view.tsx';

/** One training row: what the student is shown, its tokens, and what the teacher was shown. */
export function DatasetItemPane({
  study,
  arm,
  index,
  onClose,
}: {
  readonly study: string;
  readonly arm: string;
  readonly index: number;
  readonly onClose: () => void;
}) {
  const item = useQuery(datasetItemQuery(study, arm, index));
  return (
    <aside className="data-item" aria-label={`Row ${index}`}>
      <div className="row spread">
        <h2>Row {index}</h2>
        <button type="button" onClick={onClose}>
          Close <kbd>Esc</kbd>
        </button>
      </div>
      <Loaded query={item} what="Reading the row">
        {(data) => <Item item={data} />}
      </Loaded>
    </aside>
  );
}

function Item({ item }: { readonly item: DatasetItem }) {
  const { row, messages, contextMessages, rewrittenFrom, tokens, pair } = item;
  return (
    <>
      <p className="soft small">
        prompt {row.promptId}, {row.split}, {row.tokens} tokens,{' '}
        {row.stop === 'end' ? 'ended by itself' : 'truncated'}
        {row.dropped === null ? '' : `; dropped: ${row.dropped}`}
      </p>
      <h3>What the student is shown</h3>
      <Messages messages={messages} />
      {contextMessages !== null && (
        <>
          <h3>What the teacher was shown instead</h3>
          <Messages messages={contextMessages} />
        </>
      )}
      <h3>Completion, token by token</h3>
      {tokens.length === 0 ? (
        <p>
          <Untrusted text={row.completion} />
        </p>
      ) : (
        <TokenView tokens={tokens} />
      )}
      {rewrittenFrom !== null && (
        <>
          <h3>What the teacher said, before another model rewrote it</h3>
          <p className="data-messages">
            <Untrusted text={rewrittenFrom} />
          </p>
        </>
      )}
      {pair !== null && <PairDiff pair={pair} />}
    </>
  );
}

function Messages({ messages }: Pick<DatasetItem, 'messages'>) {
  return (
    <div className="data-messages">
      {messages.map(({ role, content }, i) => (
        <p key={`${i} ${role}`}>
          <b className="small">{role}</b> <Untrusted text={content} />
        </p>
      ))}
    </div>
  );
}
