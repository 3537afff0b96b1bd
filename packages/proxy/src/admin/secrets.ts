/** What a secret looks like: by the name it has, and by its own shape. Where there is doubt it is one. */

export const MASK = '***';

/** Last words of names whose values are secrets. */
const SECRET_WORDS = new Set(
  (
    'secret secrets token password passwd passphrase passcode pass pwd psw pw pat jwt credential credentials cred creds ' +
    'authentication authorization auth bearer cookie signature sig otp apikey accesskey privatekey secretkey authkey dsn'
  ).split(' '),
);
/** Words that make a secret of a `key` behind them; any other key is the name of something. */
const KEYS = new Set(
  'api access private secret auth encryption encrypt signing sign master shared account storage license ssh gpg hmac aes rsa app client session subscription service webhook'.split(
    ' ',
  ),
);
/** Words behind the one that counts: `DB_PASS_2`, `password_hash`, `TOKEN_OLD`, `github_token_value`. */
const DECORATION =
  /^(?:\d+|v\d+|value|hash|old|new|next|previous|current|primary|secondary|base64|b64|plain|raw|text|data|prod|dev|test|staging)$/;

/** Whether a configuration key, header or variable of this name holds a secret. A name that ends in `file` or `path` does not. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
  while (words.length > 1 && DECORATION.test(words.at(-1) as string)) words.pop();
  const last = words.at(-1) ?? '';
  if (SECRET_WORDS.has(last)) return true;
  if ((last === 'key' || last === 'keys') && KEYS.has(words.at(-2) ?? '')) return true;
  // Run together: DBPASSWORD, mytoken, GITHUBPAT is beyond what can be told.
  return /(?:password|passwd|secret|token|credentials?|apikey|accesskey|privatekey)$/.test(last);
}

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
