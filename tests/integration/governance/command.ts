import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '@weft/cli';
import type { TestPlane } from '@weft/control/testing';

/** Runs commands towards a control plane as a user with this token would. */
export function commandsFor(plane: TestPlane, token: string) {
  const tokenFile = path.join(plane.directory, 'token-of-the-test');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const notHere = (): never => {
    throw new Error('commands towards a control plane start nothing');
  };
  const services = {
    version: { version: '0.0.0', revision: '', built: '' },
    engine: notHere,
    control: notHere,
    demo: notHere,
    rules: notHere,
  };
  return async (...args: string[]): Promise<{ readonly code: number; readonly said: string }> => {
    let said = '';
    const write = (text: string): void => {
      said += text;
    };
    const place = ['--endpoint', plane.baseUrl, '--token-file', tokenFile];
    return { code: await runCli([...args, ...place], services, { out: write, err: write }), said };
  };
}
