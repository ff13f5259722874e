import { useState } from 'react';
import type { Calibration } from '../../../api/judge.ts';
import { plural } from '../../../verdict/figures.ts';
import { count } from '../../components/format.ts';
import { Untrusted } from '../../components/untrusted.tsx';

const FIRST_SHOWN = 12;

/** Judgements that were wrong, with the judge's reason. */
export function WrongAnswers({ wrong }: Pick<Calibration, 'wrong'>) {
  const [all, setAll] = useState(false);
  if (wrong.length === 0) return <p className="soft">No judgement was wrong.</p>;
  return (
    <>
      <h3>{plural(wrong.length, 'wrong judgement')}</h3>
      <div className="scroll" tabIndex={0} role="group" aria-label="Wrong judgements">
        <table className="wrong">
          <thead>
            <tr>
              <th scope="col">answer</th>
              <th scope="col">order</th>
              <th scope="col">true</th>
              <th scope="col">given</th>
              <th scope="col">reason</th>
            </tr>
          </thead>
          <tbody>
            {wrong.slice(0, all ? undefined : FIRST_SHOWN).map((one) => (
              <tr key={`${one.id} ${one.order}`}>
                <th scope="row">{one.id}</th>
                <td>{one.order}</td>
                <td>{one.truth}</td>
                <td>{one.given}</td>
                <td>
                  <Untrusted text={one.reason} line />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {wrong.length > FIRST_SHOWN && (
        <button type="button" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${count(wrong.length)}`}
        </button>
      )}
    </>
  );
}
