import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Part } from './part.ts';
import { groupIsAlive, identify, stillRuns } from './process-identity.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-part-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (name: string, script: string): Part =>
  Part.start({
    name,
    program: process.execPath,
    args: ['-e', script],
    directory: folder,
    environment: { PART: name },
    outputFile: path.join(folder, `${name}.out`),
  });

test('a first line with a secret reaches who asks for it, and no file', async () => {
  const outputFile = path.join(folder, 'secret.out');
  const part = Part.start({
    name: 'secret',
    program: process.execPath,
    args: ['-e', "process.stdout.write('pass', () => console.log('word\\nready'));"],
    directory: folder,
    environment: {},
    outputFile,
    firstLineIsSecret: true,
  });
  expect(await part.firstLine(10_000)).toBe('password');
  await part.ended;
  expect(readFileSync(outputFile, 'utf8')).toBe('ready\n');
});

const FOREVER = 'setInterval(() => {}, 1000);';

test('is up with its first line, and ends when it is asked to', async () => {
  const part = run('good', `console.log(process.env.PART + ' ' + process.env.WEFT_TOKEN); ${FOREVER}`);
  expect(await part.firstLine(10_000)).toBe('good undefined');
  const identity = identify(part.pid);
  expect(identity === null ? false : stillRuns(identity)).toBe(true);
  expect(await part.stop(10_000)).toBeNull();
  expect(groupIsAlive(part.pid)).toBe(false);
  expect(identity === null ? true : stillRuns(identity)).toBe(false);
});

test('one that ends by itself is told with what it said last', async () => {
  const part = run('bad', "console.error('no port for me'); process.exitCode = 3;");
  const failures: string[] = [];
  part.whenItFails((how) => failures.push(how));
  await expect(part.firstLine(10_000)).rejects.toMatchObject({
    name: 'PartFailure',
    message: 'bad ended with exit code 3',
    tail: ['no port for me'],
  });
  expect(failures).toEqual(['exit code 3']);
  expect(await part.stop(1000)).toBeNull();
});

test('one that does not listen is killed, with what it has started', async () => {
  const child = `require('child_process').spawn(process.execPath, ['-e', '${FOREVER}'])`;
  const part = run('deaf', `process.on('SIGTERM', () => {}); ${child}; console.log('up'); ${FOREVER}`);
  await part.firstLine(10_000);
  expect(await part.stop(1)).toBe('still running 0.001 s after SIGTERM; it said last: up');
  await expect.poll(() => groupIsAlive(part.pid)).toBe(false);
});

test('one whose child ends a little later than itself has ended by itself', async () => {
  const slow = `process.on(\\'SIGTERM\\', () => setTimeout(() => process.exit(0), 300)); process.send(1); ${FOREVER}`;
  const options = "{ stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }";
  const child = `const child = require('child_process').spawn(process.execPath, ['-e', '${slow}'], ${options})`;
  const part = run('parent', `${child}; child.once('message', () => { child.disconnect(); console.log('up') });`);
  await part.firstLine(10_000);
  expect(await part.stop(20_000)).toBeNull();
  expect(groupIsAlive(part.pid)).toBe(false);
});
