import { conditionInWords } from '@weft/schema/words';

/** A condition of a rule or a route, and what the request had. */
export interface JudgedCondition {
  readonly left: string;
  /** Empty where `left` is the whole condition. */
  readonly operator: string;
  readonly right: string;
  /** Null: the request had none. */
  readonly value: string | null;
  readonly matched: boolean;
}

/** What conditions show of the caller's address where it was not given. */
const UNSAID = '(not said)';

/** `✓ Header user is ann (had "ann")`. */
export function conditionLine({ left, operator, right, value, matched }: JudgedCondition): string {
  const mark = value === UNSAID ? '?' : matched ? '✓' : '✗';
  return `${mark} ${said(left, operator, right)} (${value === null ? 'not there' : `had ${JSON.stringify(value)}`})`;
}

/** Of a rule in words; routes have operators that are words. */
function said(left: string, operator: string, right: string): string {
  const whole = operator === '' ? left : `${left} ${operator} [${right}]`;
  const words = conditionInWords(whole, 'en');
  return words !== whole || operator === '' ? words : `${left} ${operator} ${JSON.stringify(right)}`;
}
