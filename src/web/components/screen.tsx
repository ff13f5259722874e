import { useMatch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';

let shownPath: string | undefined;

/**
 * A screen with its heading. The document's title follows `title`; after navigation the heading
 * takes the focus, so that a screen reader says where one is.
 */
export function Screen({
  title,
  heading,
  kicker,
  actions,
  children,
}: {
  /** Plain text: for the window, and the heading where `heading` is not given. */
  readonly title: string;
  readonly heading?: ReactNode;
  readonly kicker?: ReactNode;
  /** Controls beside the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const place = useRef<HTMLHeadingElement>(null);
  // The address of this screen, and not of where one is going while it still stands.
  const pathname = useMatch({ strict: false, select: (match) => match.pathname });
  useEffect(() => {
    document.title = `${title} · Informant`;
  }, [title]);
  useEffect(() => {
    if (shownPath !== undefined && shownPath !== pathname) {
      place.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    shownPath = pathname;
  }, [pathname]);
  return (
    <div className="screen">
      {kicker !== undefined && <p className="kicker">{kicker}</p>}
      <div className="row spread">
        <h1 ref={place} tabIndex={-1}>
          {heading ?? title}
        </h1>
        {actions !== undefined && <div className="row">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
