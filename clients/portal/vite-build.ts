/** How the portal is built: hashed files under `dist/assets`, and a manifest from which the node knows which of them a page needs. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** It does nothing by being named; without this, every page would carry all of its parts. */
const PARTS_ONLY = [{ test: /node_modules\/@digdir\/designsystemet-react\//, sideEffects: false }];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    assetsInlineLimit: 0,
    rolldownOptions: { input: 'src/main.tsx', treeshake: { moduleSideEffects: PARTS_ONLY } },
  },
});
