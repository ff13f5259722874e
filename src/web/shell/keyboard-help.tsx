import './keyboard-help.css';
import { useEffect, useRef } from 'react';
import { type KeyEntry, PAGE_KEYS, SCREEN_KEYS } from './keys.ts';
import { JUMPS } from './shortcuts.ts';

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowRight: '→',
  ArrowDown: '↓',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
  Escape: 'Esc',
  ' ': 'Space',
};

/** Keys that are pressed one after the other. */
const { jump, studies, ...ONE_BY_ONE } = PAGE_KEYS;
const EVERYWHERE: readonly KeyEntry[] = [
  ...Object.values(ONE_BY_ONE),
  { keys: [`${jump.keys[0]} ${studies.keys[0]}`], does: studies.does },
  ...JUMPS.map(({ key, tab }) => ({
    keys: [`${jump.keys[0]} ${key}`],
    does: `${tab} of this study`,
  })),
];

const GROUPS: readonly { readonly title: string; readonly entries: readonly KeyEntry[] }[] = [
  { title: 'Everywhere', entries: EVERYWHERE },
  ...Object.values(SCREEN_KEYS).map(({ title, keys }) => ({
    title,
    entries: Object.values<KeyEntry>(keys),
  })),
];

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
    <dialog ref={dialog} className="keys" onClose={onClose} aria-labelledby="keys-title">
      <div className="row spread">
        <h2 id="keys-title">Keyboard</h2>
        <form method="dialog">
          <button type="submit">
            Close <kbd>Esc</kbd>
          </button>
        </form>
      </div>
      <div className="key-groups">
        {GROUPS.map(({ title, entries }) => (
          <section key={title}>
            <h3>{title}</h3>
            <table>
              <tbody>
                {entries.map((entry) => (
                  <Key key={entry.does} {...entry} />
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
    </dialog>
  );
}

function Key({ keys, does }: KeyEntry) {
  return (
    <tr>
      <th scope="row" className="nowrap">
        {keys.map((key) => (
          <span key={key} className="key">
            {(key === ' ' ? [key] : key.split(' ')).map((one) => (
              <kbd key={one}>{NAMES[one] ?? one}</kbd>
            ))}
          </span>
        ))}
      </th>
      <td>{does}</td>
    </tr>
  );
}
