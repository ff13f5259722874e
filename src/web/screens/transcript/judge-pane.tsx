import type { SampleView } from '../../../api/samples.ts';
import { decimal } from '../../../verdict/figures.ts';
import { Badge } from '../../components/badge.tsx';
import { Untrusted } from '../../components/untrusted.tsx';

type Judgement = SampleView['judgements'][number];

/** What judges made of it; a click on a citation goes to the words it rests on. */
export function JudgePane({
  judgements,
  onCite,
}: {
  readonly judgements: readonly Judgement[];
  readonly onCite: (message: number, quote: string) => void;
}) {
  return (
    <section aria-labelledby="judgements" className="side-part">
      <h2 id="judgements">Judgements</h2>
      {judgements.length === 0 && <p className="soft">No judge has read this conversation.</p>}
      {judgements.map((judgement) => (
        <div key={`${judgement.judge} ${judgement.behaviour}`} className="judgement">
          <p className="row">
            <b>{judgement.class ?? 'unscored'}</b>
            <span className="soft small">
              {judgement.behaviour !== null && `for ${judgement.behaviour}, `}by {judgement.judge}
            </span>
            {judgement.confidence !== null && (
              <span className="soft small">its confidence {decimal(judgement.confidence)}</span>
            )}
            {judgement.status === 'unscored' && <Badge tone="warn">unscored</Badge>}
          </p>
          {judgement.reason !== '' && (
            <p>
              <Untrusted text={judgement.reason} />
            </p>
          )}
          {judgement.citations.map(({ message, quote }) => (
            <button
              key={`${message} ${quote}`}
              type="button"
              className="citation printed"
              onClick={() => onCite(message, quote)}
            >
              <span className="soft small">message {message + 1}</span>
              <q>
                <Untrusted text={quote.length > 240 ? `${quote.slice(0, 240)}…` : quote} line />
              </q>
            </button>
          ))}
        </div>
      ))}
    </section>
  );
}

/** The scores an audit gave; what is missing has its reason. */
export function Scores({ scores }: Pick<SampleView, 'scores'>) {
  return (
    <section aria-labelledby="scores" className="side-part">
      <h2 id="scores">Scores</h2>
      <dl>
        {Object.entries(scores).map(([name, score]) => (
          <div key={name} className="pair">
            <dt>{name}</dt>
            <dd>
              {score.status === 'scored' ? (
                <>
                  <b>{decimal(score.value)}</b>
                  {score.label !== undefined && <span className="soft"> {score.label}</span>}
                </>
              ) : (
                <span className="unscored">
                  unscored: <Untrusted text={score.reason} line />
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Options that were weighed, each with its probability among them. */
export function Options({ options }: Pick<SampleView, 'options'>) {
  if (options.length === 0) return null;
  const most = Math.max(...options.map(({ logprob }) => logprob));
  const weights = options.map(({ logprob }) => Math.exp(logprob - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (
    <section aria-labelledby="options" className="side-part">
      <h2 id="options">Options weighed</h2>
      {options.map(({ text, logprob }, i) => (
        <div key={text} className="option">
          <Untrusted text={text} line />
          <span className="option-bar" aria-hidden="true">
            <span style={{ width: `${(100 * weights[i]!) / total}%` }} />
          </span>
          <span className="n">{decimal(weights[i]! / total)}</span>
          <span className="n soft small">{logprob.toFixed(2)} nats</span>
        </div>
      ))}
      <p className="soft small">Share among the options, and log probability.</p>
    </section>
  );
}
