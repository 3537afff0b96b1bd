import { defineConfig } from 'vite';

/** Sources of the workspace are bundled as they are: no build of other packages comes first. */
const CONDITIONS = ['@weft/source', 'module', 'browser', 'production'];

/** What many pages share goes into files of its own, so that a change of ours leaves them in the browser's cache. */
const SHARED: readonly (readonly [name: string, test: RegExp])[] = [
  ['react', /node_modules\/(react|react-dom|scheduler)\//],
  ['tanstack', /node_modules\/@tanstack\//],
];

export default defineConfig({
  resolve: { conditions: CONDITIONS },
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      // Marks for servers that render React; they mean nothing in a bundle for browsers.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
      output: { codeSplitting: { groups: SHARED.map(([name, test]) => ({ name, test })) } },
    },
  },
  server: { proxy: { '/openapi': process.env['WEFT_CONTROL'] ?? 'http://127.0.0.1:8080' } },
});
