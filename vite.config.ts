import react from '@vitejs/plugin-react';
import { defineConfig, type BuildOptions } from 'vite';

/** The page as a server serves it. */
const served: BuildOptions = { outDir: '../../dist/web' };

/**
 * The page of an exported folder. Browsers refuse module scripts from a disk, so it is one classic
 * script; `informant export-page` writes the document around it.
 */
const exported: BuildOptions = {
  outDir: '../../dist/web-offline',
  modulePreload: false,
  cssCodeSplit: false,
  // One script by design.
  chunkSizeWarningLimit: 4_000,
  assetsInlineLimit: Number.MAX_SAFE_INTEGER,
  rolldownOptions: {
    // A classic script has none; it is only read to preload parts, and here is one part alone.
    transform: { define: { 'import.meta': '{}' } },
    input: 'src/web/main.tsx',
    output: {
      format: 'iife',
      codeSplitting: false,
      entryFileNames: 'page.js',
      assetFileNames: 'page[extname]',
    },
  },
};

// oxlint-disable-next-line import/no-default-export -- vite asks for one
export default defineConfig(({ mode }) => ({
  root: 'src/web',
  // Exported folders are opened from anywhere: no path may begin at a server's root.
  base: './',
  plugins: [react()],
  build: {
    ...(mode === 'offline' ? exported : served),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4170' } },
}));
