import { useState } from 'react';
import { shellWord } from '../../components/shell-word.ts';

/** The command that does the same from a terminal, and writes what is asked to a file. */
export function PackHint({ study }: { readonly study: string }) {
  const [said, setSaid] = useState('');
  const command = `informant replay ${shellWord(study)} --pack leads.json`;
  const copy = (): void => {
    navigator.clipboard.writeText(command).then(
      () => setSaid('copied'),
      () => setSaid('the browser refuses to copy'),
    );
  };
  return (
    <p className="small pack-hint">
      To take all that is asked elsewhere: <code>{command}</code>{' '}
      <button type="button" className="copy-command" onClick={copy}>
        Copy command
      </button>{' '}
      <span role="status">{said}</span>
    </p>
  );
}
