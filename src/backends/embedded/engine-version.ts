/** Raise when a change of the engine changes its results. */
export const ENGINE_VERSION = 3;
