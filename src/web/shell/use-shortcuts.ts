import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { isKey, PAGE_KEYS } from './keys.ts';
import { SEQUENCE_MS, shortcutFor } from './shortcuts.ts';

/**
 * Listens to the keyboard of the whole page; keys typed into a field are the field's. `/` goes to
 * the first element that is marked `data-filter`.
 */
export function useShortcuts(onHelp: () => void): void {
  const navigate = useNavigate();
  const { study } = useParams({ strict: false });
  const pendingSince = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const pending = event.timeStamp - pendingSince.current < SEQUENCE_MS;
      pendingSince.current =
        isKey(PAGE_KEYS.jump, event.key) && !pending ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const shortcut = shortcutFor(event.key, pending);
      if (shortcut === undefined) return;
      if (shortcut.do === 'help') onHelp();
      else if (shortcut.do === 'studies') void navigate({ to: '/' });
      else if (shortcut.do === 'jump') {
        if (study !== undefined) void navigate({ to: shortcut.to, params: { study } });
      } else {
        const filter = document.querySelector<HTMLElement>('[data-filter]');
        if (filter === null) return;
        event.preventDefault();
        filter.focus();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, onHelp, study]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input:not([type=radio], [type=checkbox]), textarea, select, dialog') !== null
  );
}
