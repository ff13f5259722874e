/** To be written. */
export function JudgeScreen() {
  return <h1>judge</h1>;
}
