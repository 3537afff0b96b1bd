import { fileURLToPath } from 'node:url';

/** Folder of the built console: `index.html` and what it loads. It is there once `npm run build` has run. */
export const CONSOLE_DIRECTORY: string = fileURLToPath(new URL('../dist/app/', import.meta.url));
