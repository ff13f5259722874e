import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// oxlint-disable-next-line import/no-default-export -- vite asks for one
export default defineConfig({
  root: 'src/web',
  // Exported folders are opened from anywhere: no path may begin at a server's root.
  base: './',
  plugins: [react()],
  build: { outDir: '../../dist/web', emptyOutDir: true, target: 'es2022', sourcemap: false },
  server: { proxy: { '/api': 'http://127.0.0.1:4170' } },
});
