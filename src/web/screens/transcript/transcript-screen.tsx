/** To be written. */
export function TranscriptScreen() {
  return <h1>transcript</h1>;
}
