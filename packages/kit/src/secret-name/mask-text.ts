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

/** Without any of these a text holds nothing of those shapes: most texts are looked at once. */
const MAY_HOLD_SECRET =
  /[:=@]|eyJ|bearer|basic|digest|negotiate|token|apikey|aws4|PRIVATE KEY|[_-][\w.-]{16}|hvs\.|SG\.|AKIA|ASIA|LTAI|AIza/i;

/** A text with every secret in it, as far as its shape tells, replaced by `***`. */
export function maskText(text: string): string {
  if (!MAY_HOLD_SECRET.test(text)) return text;
  let masked = text;
  for (const [pattern, left] of SHAPES) masked = masked.replace(pattern, left);
  return masked;
}
