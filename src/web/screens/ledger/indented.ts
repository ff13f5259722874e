/** JSON on lines of its own; what does not parse, because it was cut, stays as it is. */
export function indented(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return JSON.stringify(value, null, 2);
  } catch {
    return json;
  }
}
