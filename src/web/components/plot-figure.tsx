import * as Plot from '@observablehq/plot';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { useWidth } from './use-width.ts';

/**
 * A picture by Observable Plot, drawn again when its width or `options` change (keep them stable
 * with useMemo). Colours are CSS variables, so a change of theme needs no drawing.
 */
export function PlotFigure({
  label,
  options,
  heading,
  caption,
}: {
  /** What is seen, for readers who do not see it. */
  readonly label: string;
  readonly options: Plot.PlotOptions;
  readonly heading?: ReactNode;
  readonly caption?: ReactNode;
}) {
  const [frame, width] = useWidth<HTMLElement>();
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (width === 0) return;
    const drawn = Plot.plot({ ...options, width });
    // Its style element is refused where pages may not style themselves; see theme/figures.css.
    for (const style of drawn.querySelectorAll('style')) style.remove();
    drawn.setAttribute('aria-hidden', 'true');
    place.current?.replaceChildren(drawn);
  }, [options, width]);
  return (
    <figure ref={frame}>
      {heading}
      <div ref={place} className="plot" role="img" aria-label={label} />
      {caption !== undefined && <figcaption>{caption}</figcaption>}
    </figure>
  );
}
