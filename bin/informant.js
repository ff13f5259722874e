#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/src/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error('informant is not built yet. Run: npm run build');
  process.exit(2);
}
const { main: run } = await import(main.href);
await run(process.argv);
