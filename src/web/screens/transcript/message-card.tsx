import type { ReactNode } from 'react';
import type { TranscriptNode } from '../../../artifacts/transcript.ts';
import { visibleText } from '../../../base/visible-text.ts';
import { count } from '../../components/format.ts';
import { Untrusted } from '../../components/untrusted.tsx';

const ORIGINS = {
  sampled: 'sampled: the model said it',
  prefilled: 'prefilled: put into its mouth',
  scripted: 'scripted: written by the auditor',
} as const;

/** The frame of a message: who speaks, and what is known about it. */
export function MessageCard({
  at,
  role,
  origin,
  current,
  aside,
  onCopy,
  children,
}: {
  /** Index of the message. */
  readonly at: number;
  readonly role: string;
  /** Undefined where the view does not tell, as the target is not told. */
  readonly origin?: TranscriptNode['origin'] | undefined;
  readonly current: boolean;
  readonly aside?: ReactNode;
  readonly onCopy: (at: number) => void;
  readonly children: ReactNode;
}) {
  return (
    <article
      className="message"
      data-at={at}
      data-role={role}
      data-origin={origin}
      data-current={current || undefined}
      aria-label={`Message ${at + 1}, ${role}`}
    >
      <header className="message-head">
        <b>{role}</b>
        {origin !== undefined && <span className="origin">{ORIGINS[origin]}</span>}
        {aside}
        <button
          type="button"
          className="copy"
          title="Copies a link to this message"
          onClick={() => onCopy(at)}
        >
          #{at + 1} copy link
        </button>
      </header>
      {children}
    </article>
  );
}

/** How a message ended, and what the model thought before it. */
export function Circumstances({ node }: { readonly node: TranscriptNode }) {
  return (
    <>
      {node.reasoning !== undefined && (
        <details className="reasoning">
          <summary>thought before it spoke, {count(node.reasoning.length)} characters</summary>
          <div className="untrusted" dir="auto">
            {visibleText(node.reasoning)}
          </div>
        </details>
      )}
      {node.failure !== undefined && (
        <p className="failure">
          <b>It said nothing:</b> <Untrusted text={node.failure} />
        </p>
      )}
    </>
  );
}
