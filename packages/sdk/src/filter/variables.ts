/** Predefined variables that filters may set; every other predefined one is read-only. */
export const WRITABLE_VARIABLES: ReadonlySet<string> = new Set([
  'proxy_try_timeout',
  'proxy_global_timeout',
  'proxy_hijack_status',
  'proxy_gzip_switch',
  'proxy_direct_response',
  'proxy_disable_retry',
  'x-mosn-router-meta',
  'upstream_protocol',
  'trace_id',
]);

/** What a filter is told that sets a variable which is neither predefined nor its own. */
export function undeclaredVariable(name: string): string {
  return `the variable ${JSON.stringify(name)} cannot be set: it is none of ${[...WRITABLE_VARIABLES].join(', ')}, and no filter here lists it under \`variables\` of its definition`;
}
