/** A line that the proxy writes about governance. */
export interface LogLine {
  readonly id: string;
  readonly file: string;
  readonly level: 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';
  /** The rule says at which level it is written; `level` is what it is where it does not. */
  readonly anyLevel?: true;
  /** Regular expression of what stands behind time and level. */
  readonly pattern: string;
  readonly meaning: string;
  /** Behind time and level. */
  readonly example: string;
  /** What finds it: a basic regular expression, as `grep` takes it. */
  readonly grep: string;
}

export const TIME = String.raw`\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3}`;

/** Of what the examples are. */
export const AT = '[1921,0a0fe9201527584873117100127588]';
export const SERVICE = 'reviews.bookinfo:9080@Http1';
export const DATA_ID =
  'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.crpc-client.downgradeRule,version=3.0@DRM';
export const DOCUMENT = '{"appName":"crpc-client","type":"SOFA","enabled":true,"downgradeRules":[]}';
/** `[<connection>,<trace>]`, either part possibly empty; nothing where both are. */
export const CONTEXT = String.raw`(?:\[\d*,[^\]\s]*\])?`;
export const SPACED = String.raw`(?:\[\d*,[^\]\s]*\] )?`;
export const RESOURCE = String.raw`\S+:[io]:r(?:#[0-9a-f]{8})?`;
export const PERMITS = String.raw`maxPermits:\d+storedPermits:\d+genPermits:\d+permits:1`;
export const COMPARED = String.raw`\[requirement\]\[Match\] (?:equal|not_equal|in|not_in|regex) requirement:&\{\S+ \S+ .*\},actualValue:.*`;
const MATCH = String.raw`${SPACED}\[match\] resource:\S+:[io]:r,key:\S+:[io]:r,conditions:\[.*\]`;
const NO_MATCH = String.raw`${SPACED}\[match\] resource:\S+:[io]:r, no rule is for it, rules are for \[.*\]`;
const FLOW_COMPARISON = String.raw`${SPACED}\[IsMatch\] leftVal\(.*\),op\([A-Z_]+\),rightVal\(\[.*\]\)`;

/** The rules that a request was compared with, in a log that says so. */
export const matchLines = (kind: string, file: string): readonly LogLine[] => [
  {
    id: `${kind}.match`,
    file,
    level: 'DEBUG',
    pattern: MATCH,
    meaning: 'a rule that may be for a request, with its conditions',
    example: `${AT} [match] resource:${SERVICE}:i:r,key:${SERVICE}.*:i:r,conditions:[{SYSTEM http.method EQUAL [GET]}]`,
    grep: String.raw`\[match\] resource:`,
  },
  {
    id: `${kind}.no-match`,
    file,
    level: 'DEBUG',
    pattern: NO_MATCH,
    meaning: 'no rule is for the service that was called',
    example: `${AT} [match] resource:${SERVICE}:i:r, no rule is for it, rules are for [revews.bookinfo:9080@Http1.*:i:r]`,
    grep: 'no rule is for it',
  },
];

/** Conditions that were asked, where the comparison is worded as for limits. */
export const comparedLine = (kind: string, file: string): LogLine => ({
  id: `${kind}.compare`,
  file,
  level: 'DEBUG',
  pattern: FLOW_COMPARISON,
  meaning: 'a condition: value of the request, operation, value of the rule; up to the first that does not hold',
  example: `${AT} [IsMatch] leftVal(GET),op(EQUAL),rightVal([GET])`,
  grep: String.raw`\[IsMatch\] leftVal(GET)`,
});
