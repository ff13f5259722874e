/** Where everything of a study is. */
export function studyPath(study: string): string {
  return `/api/studies/${encodeURIComponent(study)}`;
}

/** `?a=1&b=2` of what is given; empty where nothing is. */
export function queryText(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
