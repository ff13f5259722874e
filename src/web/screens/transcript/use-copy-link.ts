import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';

/** Copies the address of a message; `said` is what came of it. */
export function useCopyLink(): {
  readonly said: string;
  /** `href`: within the page, of the message at that index. */
  readonly copy: (href: string, message: number) => void;
} {
  const { history } = useRouter();
  const [said, setSaid] = useState('');
  return {
    said,
    copy: (href, message) => {
      const link = new URL(history.createHref(href), window.location.href).href;
      navigator.clipboard.writeText(link).then(
        () => setSaid(`Link to message ${message + 1} copied`),
        () => setSaid(`The browser refuses to copy; the link is ${link}`),
      );
    },
  };
}
