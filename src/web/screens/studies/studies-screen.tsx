/** To be written. */
export function StudiesScreen() {
  return <h1>studies</h1>;
}
