/** To be written. */
export function VerdictScreen() {
  return <h1>verdict</h1>;
}
