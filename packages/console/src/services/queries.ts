import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

/** The first element of every query key; events of the server make the keys of their topic stale. */
export const RESOURCES = {
  session: 'session',
  components: 'components',
  services: 'services',
  apps: 'apps',
  rules: 'rules',
  topology: 'topology',
  proxies: 'proxies',
  records: 'records',
  audit: 'audit',
  search: 'search',
} as const;

/** Milliseconds between two looks at what changes by itself. */
export const LIVE_INTERVAL_MS = 5000;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 2 && isWorthRepeating(error),
        retryDelay: (attempt) => Math.min(1000 * 2 ** attempt, 8000),
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** What the caller did wrong stays wrong; a component that is away may come back. */
function isWorthRepeating(error: unknown): boolean {
  return error instanceof ApiError ? error.status === 0 || error.status >= 500 : false;
}
