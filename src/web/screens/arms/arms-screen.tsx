/** To be written. */
export function ArmsScreen() {
  return <h1>arms</h1>;
}
