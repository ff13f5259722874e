/** To be written. */
export function LedgerScreen() {
  return <h1>ledger</h1>;
}
