import { MAPPING_TRANSCODERS } from '@weft/api';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addMappingCommands, TRANSCODERS } from './mapping.ts';
import { trialText } from './mapping-try.ts';
import { addRuleCommands } from './rule.ts';

test('the words of --with are those of the interface', () => {
  expect(TRANSCODERS).toEqual(MAPPING_TRANSCODERS);
});

test('a trial says what the host and the caller get, and what went wrong', () => {
  const call = {
    service: 'com.x.Users:1.0',
    method: 'get',
    types: ['long'],
    path: '',
    headers: { a: 'b' },
    body: '[7]',
  };
  const http = { service: '', method: 'GET', types: [], path: '/users/7', headers: { host: 'users' }, body: '' };
  const answer = { status: 409, headers: {}, body: '{"code":409}', exception: '' };
  expect(trialText({ request: call, answer, problem: '' }, 'http_dubbo')).toBe(
    'the host gets\n  com.x.Users:1.0 get(long)\n  a: b\n\n  [7]\nthe caller gets\n  409\n\n  {"code":409}',
  );
  const problem = 'transcode_response: the answer is not UTF-8';
  expect(trialText({ request: http, answer: null, problem }, 'dubbo_http')).toBe(
    `the host gets\n  GET /users/7\n  host: users\n✗ ${problem}`,
  );
  const thrown = { ...answer, status: 20, body: 'taken', exception: 'com.x.Taken' };
  expect(trialText({ request: null, answer: thrown, problem: '' }, 'dubbo_http')).toBe(
    'the caller gets\n  20 com.x.Taken\n\n  taken',
  );
});

test('the help names only commands of rules that there are', () => {
  const program = new Command();
  addRuleCommands(program, () => {}, { rules: () => Promise.reject(new Error('not asked')) });
  addMappingCommands(program, () => {});
  const [rule, mapping] = program.commands as [Command, Command];
  let said = '';
  const writeOut = (text: string): void => {
    said += text;
  };
  mapping.configureOutput({ writeOut }).outputHelp();
  const named = /and so on for ([^.]*)\./.exec(said)?.[1]?.split(/,\s+|\s+and\s+/) ?? [];
  expect(named).toContain('export');
  const known = rule.commands.map((command) => command.name());
  expect(named.filter((word) => !known.includes(word))).toEqual([]);
});
