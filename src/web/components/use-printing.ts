import { useEffect, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';

const paper = window.matchMedia('print');

/** Whether the page is being put on paper, where nothing can be opened or scrolled. */
export function usePrinting(): boolean {
  return useSyncExternalStore(followPaper, () => paper.matches);
}

function followPaper(onChange: () => void): () => void {
  // The picture is taken as soon as listeners return, so drawing does not wait.
  const now = (): void => flushSync(onChange);
  paper.addEventListener('change', now);
  return () => paper.removeEventListener('change', now);
}

/** Opens what is folded before the page is printed. */
export function useOpenOnPaper(): void {
  useEffect(() => {
    const open = (): void => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    };
    window.addEventListener('beforeprint', open);
    return () => window.removeEventListener('beforeprint', open);
  }, []);
}
