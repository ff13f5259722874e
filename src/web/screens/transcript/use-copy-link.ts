import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';

/** Copies the address of a message; `said` is what came of it. */
export function useCopyLink(study: string): {
  readonly said: string;
  readonly copy: (
    sample: number,
    search: { readonly view: 'target' | 'auditor'; readonly message: number },
  ) => void;
} {
  const router = useRouter();
  const [said, setSaid] = useState('');
  return {
    said,
    copy: (sample, search) => {
      const { href } = router.buildLocation({
        to: '/s/$study/samples/$sample',
        params: { study, sample: String(sample) },
        search,
      });
      const link = new URL(router.history.createHref(href), window.location.href).href;
      navigator.clipboard.writeText(link).then(
        () => setSaid(`Link to message ${search.message + 1} copied`),
        () => setSaid(`The browser refuses to copy; the link is ${link}`),
      );
    },
  };
}
