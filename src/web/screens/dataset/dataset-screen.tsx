/** To be written. */
export function DatasetScreen() {
  return <h1>dataset</h1>;
}
