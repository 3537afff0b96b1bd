import { parseConfig } from '@weft/schema';
import { ruleDataId } from '@weft/schema/data-id';
import { type MappingDocument, mappingDocumentSchema } from '@weft/schema/wire';
import { RuleDecision, RuleDirection, RuleVerdict, runSteps, UNKNOWN_NODE } from '@weft/sdk';
import { testRuleRequest } from '@weft/sdk/testing';
import { expect, it, test } from 'vitest';
import { checkMappingBody, fromMappingDocument, mapping, toMappingDocument } from './index.ts';

const OWN = ruleDataId('MAPPING', 'shop');
const ALL = ruleDataId('MAPPING', '*');
const rule = (name: string, service: string, more: object = {}): object => ({
  ruleDbId: 7,
  name,
  mapping: { service, methods: { 'get(long)': { path: '/{0}' } } },
  ...more,
});
const document = (...mappingRules: object[]): MappingDocument =>
  parseConfig({ mappingRules }, mappingDocumentSchema).value;
const compile = (own: readonly object[], all: readonly object[] = [], node = UNKNOWN_NODE) =>
  mapping.compile(
    [
      { dataId: ALL, version: 2, value: document(...all) },
      { dataId: OWN, version: 5, value: document(...own) },
    ],
    node,
  );
const supplied = (compiled: ReturnType<typeof compile>) =>
  (mapping.mappings?.(compiled.program) ?? []).map(({ name, dataId, version, document: given }) => [
    name,
    dataId === OWN ? 'own' : 'all',
    version,
    given['service'],
  ]);

it('brings what is on, with where it came from; what is for the app stands before what is for every app', () => {
  const compiled = compile(
    [rule('a', 'com.x.A'), rule('off', 'com.x.B', { enabled: false })],
    [rule('a', 'com.x.Hidden'), rule('c', 'com.x.C')],
  );
  expect(compiled.problems).toEqual([]);
  expect(supplied(compiled)).toEqual([
    ['a', 'own', 5, 'com.x.A'],
    ['c', 'all', 2, 'com.x.C'],
  ]);
});

it('brings an instance what is for it', () => {
  const scoped = [rule('a', 'com.x.A', { scope: { zones: ['z1'] } })];
  expect(supplied(compile(scoped))).toEqual([]);
  expect(supplied(compile(scoped, [], { ...UNKNOWN_NODE, zone: 'z1' }))).toHaveLength(1);
});

test.each([
  [[rule('', 'com.x.A')], 'mappingRules[0].name'],
  [[rule('a', 'com.x.A', { scope: { ips: ['x'] } })], 'mappingRules[0].scope.ips[0]'],
  [[rule('a', 'com.x.A'), rule('a', 'com.x.B')], 'mappingRules[1].name'],
  [[rule('a', 'com.x.A'), rule('b', 'com.x.A')], 'mappingRules[1].mapping.service'],
])('refuses %j at %s', (rules, path) => {
  expect(compile(rules).problems).toMatchObject([{ dataId: OWN, path }]);
});

it('takes two versions of a service, and two for one of which one is off', () => {
  const second = { mapping: { service: 'com.x.A', version: '2.0' } };
  expect(compile([rule('a', 'com.x.A'), rule('b', 'com.x.A', second)]).problems).toEqual([]);
  expect(compile([rule('a', 'com.x.A'), rule('b', 'com.x.A', { enabled: false })]).problems).toEqual([]);
});

it('completes a body, refuses what it does not interpret, and comes back from the wire as it was', () => {
  const given = {
    name: 'users',
    app: '*',
    spec: { service: 'com.x.Users', methods: { 'get(long)': { path: '/{0}' } } },
  };
  const checked = checkMappingBody(given);
  if (checked.kind !== 'ok') throw new Error(JSON.stringify(checked.problems));
  expect(checked.body).toMatchObject({ app: '*', services: ['*'], methods: ['*'], mode: 'CONTROL', enabled: false });
  const places = (more: object) => {
    const refused = checkMappingBody({ ...given, ...more });
    return refused.kind === 'ok' ? [] : refused.problems.map(({ path }) => path);
  };
  expect(places({ services: ['com.x.A:1.0@DEFAULT'] })).toEqual(['services[0]']);
  expect(places({ mode: 'OBSERVE' })).toEqual(['mode']);
  expect(places({ name: 'a b' })).toEqual(['name']);
  expect(places({ spec: { service: 'com.x.Users', methds: {} } })).toEqual(['spec.methds']);

  const body = { ...checked.body, description: 'for people', enabled: true };
  const wire = JSON.parse(JSON.stringify(toMappingDocument('*', [{ ruleDbId: 7, body }]))) as object;
  const parsed = parseConfig(wire, mappingDocumentSchema).value;
  expect(fromMappingDocument(parsed)).toEqual([{ ruleDbId: 7, body }]);
});

it('decides about no request', () => {
  const { program } = compile([rule('a', 'com.x.A')]);
  const services = {
    slots: [],
    node: UNKNOWN_NODE,
    detail: () => false,
    writes: () => false,
    random: () => 0,
    log: () => {},
  };
  const set = runSteps(mapping.instantiate(program, services));
  const request = testRuleRequest({ service: 'com.x.A' });
  expect(set.isEmpty(RuleDirection.SERVER)).toBe(true);
  expect(set.decide(RuleDirection.CLIENT, request, new RuleDecision())).toBe(RuleVerdict.PASS);
  expect(set.explain(RuleDirection.SERVER, request)).toEqual([]);
});

it('refuses what no document has room for when it is written, not when it is switched on', () => {
  const body = (count: number, more: object) => ({
    name: 'users',
    app: '*',
    spec: {
      service: 'com.x.Users',
      methods: Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, more])),
    },
  });
  expect(checkMappingBody(body(1000, {})).kind).toBe('ok');
  expect(checkMappingBody(body(1001, {}))).toMatchObject({
    problems: [{ path: 'spec.methods', message: 'too many entries', expected: 'an object of at most 1000 entries' }],
  });
  const headers = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`x-${index}`, '{0}'.padEnd(40, 'x')]));
  expect(checkMappingBody(body(1000, { headers }))).toMatchObject({
    problems: [{ path: '', message: 'the rule is too long to be sent to proxies' }],
  });
});
