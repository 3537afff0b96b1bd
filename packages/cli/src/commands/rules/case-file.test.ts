import { expect, test } from 'vitest';
import { casesOf, MAX_CASES } from './case-file.ts';

const CASE = {
  name: 'strangers',
  app: 'details',
  request: 'GET http://details/0',
  expect: { verdict: 'reject' },
};
const complaintOf = (document: unknown, app?: string): { readonly exitCode: number; readonly message: string } => {
  try {
    casesOf(document, 'cases.yaml', app);
  } catch (error) {
    return error as { exitCode: number; message: string };
  }
  throw new Error('nothing was wrong');
};

test('what a case leaves out has a default', () => {
  const [only] = casesOf({ cases: [CASE] }, 'cases.yaml', undefined);
  expect(only).toEqual({
    ...CASE,
    direction: 'SERVER',
    requests: 1,
    headers: [],
    sourceApp: '',
    sourceIp: '',
    zone: '',
  });
  const { app: _, ...rest } = CASE;
  expect(casesOf([{ ...rest, headers: { user: 'ann' } }], 'cases.yaml', 'front')).toMatchObject([
    { app: 'front', headers: [['user', 'ann']] },
  ]);
});

test.each([
  [{ ...CASE, expect: { verdict: 'no' } }, 'expect.verdict: found "no", expected one of pass, reject, answer'],
  [
    { ...CASE, expect: { statu: 403 } },
    'expect.statu: unknown, expected one of verdict, rule, status, delayMs, group, passed; is status meant?',
  ],
  [
    { ...CASE, expect: { status: '403' } },
    'expect.status: found "403", expected a status from 100 to 599, or null for none',
  ],
  [{ ...CASE, expect: {} }, 'expect: found {}, expected at least one of what is compared'],
  [{ ...CASE, requests: 0 }, 'requests: found 0, expected a whole number from 1 to 10000'],
  [{ ...CASE, headers: { user: 1 } }, 'headers: found {"user":1}, expected names and texts, such as { user: ann }'],
  [{ ...CASE, sourceApps: 'x' }, 'sourceApps: unknown, expected one of name, request, app'],
  [{ ...CASE, request: 'GET a b c' }, 'request: "GET a b c" is not a request such as'],
  [{ ...CASE, sourceIp: 'here' }, 'sourceIp: found "here", expected an IP address'],
  [{ name: 'x', request: '/', expect: { verdict: 'pass' } }, 'app: missing, and --app says none for all cases'],
  ['text', 'found "text", expected an object with name, request, expect'],
])('%j is refused with place, value and what was expected', (item, message) => {
  const complaint = complaintOf([item]);
  expect(complaint.exitCode).toBe(2);
  expect(complaint.message).toMatch(/^cases\.yaml: case 1(?: \((?:strangers|x)\))?: /);
  expect(complaint.message).toContain(message);
});

test('names are told apart, and there are neither none nor too many', () => {
  expect(complaintOf([CASE, CASE]).message).toBe(
    'cases.yaml: case 2 (strangers): name: found "strangers", expected a name that no other case has',
  );
  expect(complaintOf({}).message).toBe(
    'cases.yaml: found nothing, expected a list of cases, or an object with it as cases',
  );
  for (const none of [[], { cases: [] }])
    expect(complaintOf(none).message).toBe('cases.yaml: found [], expected at least one case');
  expect(complaintOf(new Array(MAX_CASES + 1).fill(CASE)).message).toContain('found 1001 cases, expected at most 1000');
  const many = Array.from({ length: MAX_CASES }, (_, index) => ({ ...CASE, name: `case ${index}` }));
  expect(casesOf(many, 'cases.yaml', undefined)).toHaveLength(MAX_CASES);
});

test.each([
  [{ cases: [CASE], app: 'front' }, 'cases.yaml: app: unknown, expected cases'],
  [{ case: [CASE] }, 'cases.yaml: case: unknown, expected cases; is cases meant?'],
  [CASE, 'cases.yaml: name: unknown, expected cases'],
])('beside the cases a file has nothing: %j', (document, message) => {
  expect(complaintOf(document)).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) as string });
});

test('what holds itself, as an alias of YAML can, is refused with its place', () => {
  const expected: Record<string, unknown> = { verdict: 'pass' };
  expected['rule'] = expected;
  expect(complaintOf({ cases: [CASE, { ...CASE, expect: expected }] })).toMatchObject({
    exitCode: 2,
    message: 'cases.yaml: cases[1].expect.rule: found an alias of what it is in, expected no circle',
  });
});

test('of many problems the first 20 are told', () => {
  expect(complaintOf(new Array(40).fill('x')).message.split('\n')).toHaveLength(20);
});
