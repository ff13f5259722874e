/** Backend identity of steps that read files outside the store or weights: they need no model run. */
export const FILES = 'files';
