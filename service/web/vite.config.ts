import { defineConfig } from 'vite';
import { chineseLibraries } from './bundling/chineseLibraries.ts';

/** The entries; Flask finds their hashed files through dist/manifest.json (service/assets.py). */
export default defineConfig({
  base: '/static/dist/',
  publicDir: false,
  plugins: [chineseLibraries()],
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: ['es2020', 'chrome90'],
    cssTarget: 'chrome90',
    // Fonts and icons stay files, so that the content security policy needs no `data:` for fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: {
        base: 'src/base/index.ts',
        viewer: 'src/viewer/index.ts',
        comparison: 'src/comparison/index.ts',
        designer: 'src/designer/index.ts',
        formEditor: 'src/formEditor/index.ts',
        trying: 'src/trying/index.ts',
        tableEditor: 'src/tableEditor/index.ts',
      },
    },
  },
});
