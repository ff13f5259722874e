/** Scripts that run inside the page, as text: the rest of the package knows no DOM. */

/**
 * Does something and resolves with the milliseconds until a condition holds and that frame has been
 * painted. `begun` is the instant to count from; 0 is the start of the navigation.
 */
export function timed(condition: string, begin = '', begun = 'performance.now()'): string {
  return `new Promise((done) => {
    const begun = ${begun};
    ${begin};
    const look = () => {
      if (${condition}) requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
      else requestAnimationFrame(look);
    };
    look();
  })`;
}

/** Rows of the grid are in sight, none of them still being read. */
export const ROWS_SHOWN = `(() => {
  const rows = [...document.querySelectorAll('.grid-space .grid-row')];
  return rows.length > 5 && rows.every((row) => row.querySelector('a') !== null);
})()`;

/** Remembers how many samples are shown, so that a change can be waited for. */
export const REMEMBER_COUNT = `window.countBefore = document.querySelector('.samples-count b').textContent`;

/** Other rows than those remembered are shown. */
export const COUNT_CHANGED = `(document.querySelector('.samples-count b')?.textContent !== window.countBefore && ${ROWS_SHOWN})`;

/** Chooses the first value of the facet at this place. */
export const chooseFacet = (index: number): string =>
  `document.querySelectorAll('.facet')[${index}].querySelector('button').click()`;

/** Opens the n-th row in sight. */
export const openRow = (index: number): string =>
  `document.querySelectorAll('.grid-space .grid-row a')[${index}].click()`;

export const MESSAGES_SHOWN = `document.querySelector('.message .message-text') !== null`;

/** Scrolls the grid to a share of its height. */
export const scrollTo = (share: number): string =>
  `(() => { const grid = document.querySelector('.grid'); grid.scrollTop = grid.scrollHeight * ${share}; })()`;
