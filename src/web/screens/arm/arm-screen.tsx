/** To be written. */
export function ArmScreen() {
  return <h1>arm</h1>;
}
