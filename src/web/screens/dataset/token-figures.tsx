import type { DatasetToken } from '../../../api/dataset.ts';
import { probabilityText, tokenLabel } from './token-label.ts';

/** What the teacher held likely where a token stands. */
export function TokenFigures({ token, at }: { readonly token: DatasetToken; readonly at: number }) {
  const { text, logprob, top, tail, fromBase, fromStudent } = token;
  const nats = (value: number | null): string =>
    value === null ? 'not measured' : value.toFixed(3);
  return (
    <section className="token-figures" aria-label={`Token ${at + 1}`}>
      <dl>
        <dt>token {at + 1}</dt>
        <dd>
          <span className="untrusted">{tokenLabel(text)}</span>
        </dd>
        <dt>ln p for the teacher</dt>
        <dd>
          {logprob === null
            ? 'not scored'
            : `${logprob.toFixed(3)} (${probabilityText(Math.exp(logprob))})`}
        </dd>
        <dt>KL from base, nats</dt>
        <dd>{nats(fromBase)}</dd>
        <dt>KL from student, nats</dt>
        <dd>{nats(fromStudent)}</dd>
      </dl>
      {top.length > 0 && (
        <ol className="top-tokens" aria-label="The teacher’s likeliest tokens here">
          {top.map((one, i) => (
            <Bar
              key={`${i} ${one.text}`}
              name={<span className="untrusted">{tokenLabel(one.text)}</span>}
              share={Math.exp(one.logprob)}
              own={one.text === text}
            />
          ))}
          {tail !== null && <Bar name="all others" share={tail} own={false} />}
        </ol>
      )}
    </section>
  );
}

function Bar({
  name,
  share,
  own,
}: {
  readonly name: React.ReactNode;
  readonly share: number;
  /** Whether it is the token that stands there. */
  readonly own: boolean;
}) {
  return (
    <li data-own={own || undefined}>
      <span className="top-name">
        {name}
        {own && <span className="visually-hidden"> (this token)</span>}
      </span>
      <span className="top-bar" aria-hidden="true">
        <span style={{ width: `${Math.min(1, share) * 100}%` }} />
      </span>
      <span className="n">{probabilityText(share)}</span>
    </li>
  );
}
