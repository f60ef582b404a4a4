/** How the portal is built: hashed files under `dist/assets`, and a manifest from which the node knows which of them a page needs. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, manifest: 'manifest.json', assetsInlineLimit: 0, rolldownOptions: { input: 'src/main.tsx' } },
});
