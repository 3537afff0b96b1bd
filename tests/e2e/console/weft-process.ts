/** `weft up` or `weft demo` as a person starts it, and the first login of a person. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';

const WEFT = path.resolve(import.meta.dirname, '../../../apps/cli/bin/weft.js');
const PASSWORD = 'a long new password';

export interface WeftProcess {
  /** Address of the console, without a slash at its end. */
  readonly base: string;
  readonly oneTimePassword: string;
  /** Ends it in order and removes what it wrote. */
  readonly stop: () => Promise<void>;
}

/** Starts a command that ends with Ctrl-C, on files of its own, and reads from its output where the console is. */
export async function startWeft(...args: readonly string[]): Promise<WeftProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-console-'));
  const child = spawn(process.execPath, [WEFT, ...args, '--data', path.join(folder, 'data')], {
    env: { ...process.env, TMPDIR: folder, WEFT_LOGIN_FILE: path.join(folder, 'login.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes('Ctrl-C')) resolve();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    void ended.then(() => reject(new Error(`weft ${args.join(' ')} ended:\n${said}`)));
  });
  const base = /console\s+(http:\/\/[^/\s]+)/.exec(said)?.[1] ?? /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
  return { base, oneTimePassword: /password\s+(\S+)/.exec(said)?.[1] ?? '', stop };
}

/** From the login page with the one-time password to the page that was asked for. */
export async function logInFirst(page: Page, address: string, oneTimePassword: string): Promise<void> {
  await page.goto(address);
  await page.getByLabel('User name').fill('admin');
  await page.getByLabel('Password', { exact: true }).fill(oneTimePassword);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByLabel('One-time password').fill(oneTimePassword);
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Repeat the new password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set password' }).click();
}

/** With the password that the first login has set, in either language. */
export async function logInAgain(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByLabel(/^(User name|用户名)$/).fill('admin');
  await page.getByLabel(/^(Password|密码)$/).fill(PASSWORD);
  await page.getByRole('button', { name: /^(Log in|登录|登 录)$/ }).click();
}
