import { isSecretName } from '@weft/kit/secret-name';

export { isSecretName } from '@weft/kit/secret-name';

/** What a secret looks like by its own shape. Where there is doubt it is one. */

export const MASK = '***';

const NAMES =
  'password|passwd|pwd|pass|secret|token|api_?key|access_?key|access_?token|client_?secret|sig|signature|auth|credential';

/** Shapes of secrets inside a text, and what is left of them. */
const SHAPES: readonly (readonly [pattern: RegExp, left: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  // https://user:password@host, and user:password@tcp(host) as Go's MySQL driver has it.
  [/\b([a-z][a-z\d+.-]{0,20}:\/\/)[^\s/?#@]+@/gi, `$1${MASK}@`],
  [/(^|[\s"'=])[^\s:@"'/]+:[^\s@"']+@(?=(?:tcp|udp|unix)\()/gi, `$1${MASK}@`],
  [
    /\b(bearer|basic|digest|negotiate|token|apikey|aws4-hmac-sha256)([ :]+)(?=\S*[\d._~+/=-])[\w.~+/=-]{8,}/gi,
    `$1$2${MASK}`,
  ],
  [/\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?/g, MASK],
  [
    /\b(?:gh[opsru]_|github_pat_|glpat-|xox[abeoprs]-|sk-|[rs]k_(?:live|test)_|npm_|hvs\.|dop_v1_|SG\.|pypi-|AIza)[\w.-]{16,}/g,
    MASK,
  ],
  [/\b(?:AKIA|ASIA|LTAI)[A-Za-z\d]{12,}/g, MASK],
  [new RegExp(`((?:^|[?&;,\\s"'_-])(?:${NAMES})["']?\\s*[=:]\\s*["']?)[^\\s&;,"'#]+`, 'gi'), `$1${MASK}`],
];

/** A text with every secret in it, as far as its shape tells, replaced by `***`. */
export function maskText(text: string): string {
  let masked = text;
  for (const [pattern, left] of SHAPES) masked = masked.replace(pattern, left);
  return masked;
}

/** Variables whose values tell nothing that is not known anyway: of the system, of the platform, of the mesh. */
const SHOWN =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TERM|PWD|HOSTNAME|TMPDIR|INVOCATION_ID|NODE_ENV|NODE_VERSION|NODE_OPTIONS|UV_THREADPOOL_SIZE|XDG_\w+|(?:HTTPS?|NO|ALL)_PROXY|KUBERNETES_\w+|POD_\w+|NODE_NAME|NAMESPACE|CONTAINER_NAME|(?:SERVICE|WEFT|MOSN|SOFA|DUBBO|ISTIO)_\w+|CLUSTER_DOMAIN|DRAIN_TIME|LOG_LEVEL|FEATURE_GATES)$/i;

/** The value of an environment variable as far as it may be shown: in full only where the name says that it is harmless. */
export function maskVariable(name: string, value: string): string {
  return SHOWN.test(name) && !isSecretName(name) ? maskText(value) : MASK;
}
