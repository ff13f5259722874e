/** To be written. */
export function SamplesScreen() {
  return <h1>samples</h1>;
}
