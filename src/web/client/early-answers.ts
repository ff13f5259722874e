/** Answers that were asked for before anything that reads them was loaded, by path. */
const asked = new Map<string, Promise<Response>>();

/** Asks for a path ahead of the screen that will want it. */
export function askEarly(path: string): void {
  const answer = fetch(path);
  // Whoever takes it sees the error; nobody may have to.
  answer.catch(() => undefined);
  asked.set(path, answer);
}

/** The answer to a path, for one reader: later ones want a later answer. */
export function takeEarly(path: string): Promise<Response> | undefined {
  const answer = asked.get(path);
  asked.delete(path);
  return answer;
}
