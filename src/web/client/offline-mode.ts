/** True in an exported folder: the data lie beside the page, and no server is asked. */
export function isOffline(): boolean {
  return Reflect.has(globalThis, 'informantOffline');
}
