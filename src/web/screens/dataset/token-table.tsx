import { useState } from 'react';
import type { DatasetToken } from '../../../api/dataset.ts';
import { probabilityText, tokenLabel } from './token-label.ts';

/** Alternatives named in a row. */
const SHOWN = 3;

/** Every token's figures at once, for those who do not see the heat or want all of them. */
export function TokenTable({ tokens }: { readonly tokens: readonly DatasetToken[] }) {
  // Thousands of rows that few look at: they are made when they are wanted.
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>The same in figures</summary>
      <div className="token-table" tabIndex={0} role="group" aria-label="Tokens in figures">
        <table>
          <thead>
            <tr>
              <th scope="col">token</th>
              <th scope="col" className="n">
                p for the teacher
              </th>
              <th scope="col" className="n">
                KL from base, nats
              </th>
              <th scope="col" className="n">
                KL from student, nats
              </th>
              <th scope="col">the teacher’s likeliest</th>
            </tr>
          </thead>
          <tbody>
            {(open ? tokens : []).map(({ text, logprob, fromBase, fromStudent, top }, at) => (
              // Tokens have no name but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={at}>
                <th scope="row">
                  {at + 1} <span className="untrusted">{tokenLabel(text)}</span>
                </th>
                <td className="n">{logprob === null ? '—' : probabilityText(Math.exp(logprob))}</td>
                <td className="n">{fromBase === null ? '—' : fromBase.toFixed(3)}</td>
                <td className="n">{fromStudent === null ? '—' : fromStudent.toFixed(3)}</td>
                <td>
                  {top.length === 0
                    ? '—'
                    : top.slice(0, SHOWN).map((one, i) => (
                        <span key={`${i} ${one.text}`} className="likely">
                          <span className="untrusted">{tokenLabel(one.text)}</span>{' '}
                          {probabilityText(Math.exp(one.logprob))}
                        </span>
                      ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
