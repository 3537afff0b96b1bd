import { type Known, knownForms, meant } from './known-forms.ts';
import { type Message, message, messageText } from './messages.ts';
import { PROBLEM_MESSAGES } from './problem-messages.ts';

/** One value and its place; a place has blanks within quotes only. */
const PROBLEM =
  /^(?:((?:[^\s:"]|"(?:[^"\\]|\\.)*")+): )?([^(]+?|.+?) \((?:found (.*), )?expected (.*)\)(?:; ([^()]*))?$/s;
/** Between two problems: behind the bracket of one, in front of the next that has brackets of its own. */
const BETWEEN = /(?<=\)); (?=(?:and \d+ more$)|[^;]*? \((?:found |expected ))/s;
const MAX_TEXT = 16_384;

const knownOf = (prefix: string) => knownForms(PROBLEM_MESSAGES, prefix);
const WRONG = knownOf('wrong.');
const HINTS = knownOf('hint.');
const REFUSALS = knownOf('refusal.');
const WITHIN = knownOf('within.');
const PARTS = knownOf('part.');
const PART_NAMES = ['wanted', 'found', 'fault'];
const EXPECTED = knownOf('expected.').filter(({ id }) => id !== 'expected.or');

/**
 * A text `place: what (found …, expected …)`, or several of them joined by `; `, as a message: to say it in another
 * language. In English it is the same text again, letter by letter. What is not known stays as it is; null when the text
 * has another form. Refusals of whole changes are said without a place.
 */
export function problemMessage(text: string): Message | null {
  if (text.length > MAX_TEXT) return null;
  const refusal = meant(text, REFUSALS);
  if (typeof refusal !== 'string') return refusal;
  const found: Message[] = [];
  for (const part of text.split(BETWEEN)) {
    const count = /^and (\d+) more$/.exec(part)?.[1];
    const one = count === undefined ? oneProblem(part) : message('problem.more', { count: Number(count) });
    if (one === null) return null;
    found.push(one);
  }
  const whole = found.reduceRight((rest, first) => message('problem.and', { first, rest }));
  return messageText(whole) === text ? whole : null;
}

function oneProblem(text: string): Message | null {
  const match = PROBLEM.exec(text);
  if (match === null) return null;
  const [, place, what = '', found, expected = '', hint] = match;
  const params = { what: wrong(what), expected: expectation(expected) };
  let problem =
    found === undefined ? message('problem.expected', params) : message('problem.found', { ...params, found });
  if (hint !== undefined) problem = message('problem.hint', { problem, hint: meant(hint, HINTS) });
  return place === undefined ? problem : message('problem.place', { place, problem });
}

/** What is wrong; where that is within a message, with place and reason in known words as well. */
function wrong(text: string): Message | string {
  const said = meant(text, WRONG);
  if (typeof said === 'string') return said;
  const whole = inKnown(said, 'why', WITHIN);
  const { why } = whole.params;
  if (typeof why !== 'object') return whole;
  const parts = PART_NAMES.reduce((of, name) => inKnown(of, name, PARTS), why);
  return { ...whole, params: { ...whole.params, why: parts } };
}

/** The message with a parameter of it in known words, where there are any for it. */
function inKnown(said: Message, name: string, known: readonly Known[]): Message {
  const value = said.params[name];
  if (typeof value !== 'string') return said;
  return { ...said, params: { ...said.params, [name]: meant(value, known) } };
}

/** Where several things fit they stand beside each other: `a list, or true or false`. */
function expectation(text: string): Message | string {
  const whole = meant(text, EXPECTED);
  if (typeof whole !== 'string') return whole;
  for (let at = text.indexOf(', or '); at >= 0; at = text.indexOf(', or ', at + 1)) {
    const first = meant(text.slice(0, at), EXPECTED);
    if (typeof first === 'string') continue;
    return message('expected.or', { first, rest: expectation(text.slice(at + ', or '.length)) });
  }
  return text;
}
