import type { AuditRow } from './objects.ts';

/** What became of what was asked: `tried` only asked what would happen, `unchanged` found all as it was to be. */
export function auditEffect({ object, diff }: Pick<AuditRow, 'object' | 'diff'>): 'done' | 'tried' | 'unchanged' {
  const said: Readonly<Record<string, unknown>> = typeof diff === 'object' && diff !== null ? { ...diff } : {};
  // A row that the gateway writes has the address of the call, with all that it was asked.
  if (/[?&]dryRun=true(?:&|$)/.test(object) || said['dryRun'] === true) return 'tried';
  return said['changed'] === 0 ? 'unchanged' : 'done';
}
