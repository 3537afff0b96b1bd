import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const LIMIT_MS = 600_000;

it(
  'weft demo --java --check: Spring Cloud, SOFARPC, Dubbo and Node in one mesh',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'weft-demo-java-'));
    const child = spawn(
      process.execPath,
      ['apps/cli/bin/weft.js', 'demo', '--java', '--check', '--json', '--port', '0', '--page-port', '0'],
      {
        cwd: REPOSITORY,
        env: { ...process.env, TMPDIR: folder, WEFT_LOGIN_FILE: path.join(folder, 'login.json') },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let answer = '';
    let progress = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      progress += text;
    });
    try {
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(code, progress).toBe(0);
      const { ok, steps, left } = JSON.parse(answer) as {
        ok: boolean;
        steps: { name: string; detail: string }[];
        left: unknown[];
      };
      expect({ ok, left }).toEqual({ ok: true, left: [] });
      expect(steps.find(({ name }) => name.startsWith('topology'))?.detail).toMatch(/ratings > votes dubbo \d/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  LIMIT_MS,
);
