import { useEffect, useRef } from 'react';
import { actionFor, type KeyAction, type KeyPlace } from './keys.ts';

/** What a key does; false: nothing, and the browser goes on. */
type Act = (event: KeyboardEvent) => false | void;

/**
 * Keys of a whole screen, except while something is typed or a key is held for the browser. Every
 * action that `SCREEN_KEYS` lists for the place must be given.
 */
export function useKeys<P extends KeyPlace>(
  place: P,
  actions: Readonly<Record<KeyAction<P>, Act>>,
): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      const name = actionFor(place, event.key);
      const act = Object.entries<Act>(latest.current).find(([action]) => action === name)?.[1];
      if (act !== undefined && act(event) !== false) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [place]);
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['radio', 'checkbox'].includes(target.type);
  if (target instanceof Element && target.closest('dialog') !== null) return true;
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Whether a key pressed here belongs to a control, such as Enter on a button. */
export function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button, summary, input, label') !== null;
}
