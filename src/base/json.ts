/** Values that survive a round trip through JSON unchanged. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Parses JSON into a typed value that callers must still validate; throws SyntaxError on bad text. */
export function parseJson(text: string): Json {
  return JSON.parse(text) as Json;
}
