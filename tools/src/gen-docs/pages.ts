import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorsPage } from './errors-page.ts';
import { logFormats, logLinesPage } from './log-lines-page.ts';
import { metricsPage } from './metrics-page.ts';
import { variablesPage } from './variables-page.ts';

/** Every generated page of the reference, by path; a page that is not here is written by hand. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'docs/reference/errors.md': errorsPage,
  'docs/reference/governance-logs.md': logLinesPage,
  'docs/reference/log-formats.json': logFormats,
  'docs/reference/metrics.md': metricsPage,
  'docs/reference/variables.md': variablesPage,
};

/** Paths of pages whose file differs from what the sources say, missing ones included. */
export function stalePages(root: string, pages: Readonly<Record<string, () => string>>): string[] {
  return Object.entries(pages)
    .filter(([path, render]) => readText(join(root, path)) !== render())
    .map(([path]) => path);
}

/** Writes the pages that are stale and returns their paths. */
export function writePages(root: string, pages: Readonly<Record<string, () => string>>): string[] {
  const stale = stalePages(root, pages);
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), pages[path]!());
  }
  return stale;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
