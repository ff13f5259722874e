/** To be written. */
export function LeadsScreen() {
  return <h1>leads</h1>;
}
