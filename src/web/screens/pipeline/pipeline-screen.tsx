/** To be written. */
export function PipelineScreen() {
  return <h1>pipeline</h1>;
}
