/** What a secret looks like by the name it has. Where there is doubt it is one. */

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
