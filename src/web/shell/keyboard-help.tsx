import { useEffect, useRef } from 'react';
import { JUMPS } from './shortcuts.ts';

/** The list of keys; opened by `?`. */
export function KeyboardHelp({
  open,
  onClose,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="keys-title">
      <h2 id="keys-title" style={{ marginTop: 0 }}>
        Keyboard
      </h2>
      <table>
        <tbody>
          <Key keys={['?']} does="this list" />
          <Key keys={['/']} does="to the filter, where there is one" />
          <Key keys={['g', 'h']} does="all studies" />
          {JUMPS.map(({ key, tab }) => (
            <Key key={key} keys={['g', key]} does={`${tab} of this study`} />
          ))}
          <Key keys={['←', '↑', '→', '↓']} does="from cell to cell in a picture" />
          <Key keys={['Enter']} does="opens what has the focus" />
          <Key keys={['Esc']} does="closes what is open" />
        </tbody>
      </table>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

function Key({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <tr>
      <td className="nowrap">
        {keys.map((key) => (
          <kbd key={key} style={{ marginRight: 4 }}>
            {key}
          </kbd>
        ))}
      </td>
      <td>{does}</td>
    </tr>
  );
}
