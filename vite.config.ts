import react from '@vitejs/plugin-react';
import { defineConfig, type BuildOptions, type Plugin } from 'vite';

/** What several screens are made of; the plotting library comes with the screens that plot. */
const SHARED =
  /\/node_modules\/(?!@observablehq|d3)|\/src\/(api|artifacts|base|verdict)\/|\/src\/web\/(client\/(fetch|quer)|components\/(?!plot)|screens\/samples\/(sample-trail|use-))/u;

/**
 * The page as a server serves it. What all screens share is one part: browsers ask a server for six
 * things at a time, and many small parts would stand before the data.
 */
const served: BuildOptions = {
  outDir: '../../dist/web',
  rolldownOptions: {
    output: {
      codeSplitting: {
        // The first script stays small: it asks for the data before the rest is read.
        includeDependenciesRecursively: false,
        groups: [{ name: 'shared', test: SHARED, minShareCount: 2 }],
      },
    },
  },
};

/** What every screen needs is asked for with the document, not once its first script has run. */
const preloadPage: Plugin = {
  name: 'preload-page',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {} }) => {
      const page = Object.values(bundle).find(
        (part) => part.type === 'chunk' && part.facadeModuleId?.endsWith('/src/web/page.tsx'),
      );
      if (page?.type !== 'chunk') return [];
      const parts = [page.fileName, ...page.imports].filter((name) => !html.includes(name));
      return parts.map((href) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `./${href}` },
        injectTo: 'head',
      }));
    },
  },
};

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
    input: 'src/web/main.ts',
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
  plugins: [react(), ...(mode === 'offline' ? [] : [preloadPage])],
  build: {
    ...(mode === 'offline' ? exported : served),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4170' } },
}));
