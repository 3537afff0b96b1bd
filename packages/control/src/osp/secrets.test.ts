import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkPassword, hashPassword } from './passwords.ts';
import { createVault, randomText, readVaultKey } from './secrets.ts';

const directory = mkdtempSync(join(tmpdir(), 'weft-secrets-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the vault', () => {
  const vault = createVault(randomBytes(32));

  test('opens what it sealed, under the same id and key only', () => {
    const sealed = vault.seal('key-1', 'secret');
    expect(sealed).not.toContain('secret');
    expect(vault.open('key-1', sealed)).toBe('secret');
    expect(vault.seal('key-1', 'secret')).not.toBe(sealed);
    expect(() => vault.open('key-2', sealed)).toThrow();
    expect(() => createVault(randomBytes(32)).open('key-1', sealed)).toThrow();
  });

  test('refuses every altered byte', () => {
    const bytes = Buffer.from(vault.seal('k', 'secret'), 'base64');
    for (let i = 0; i < bytes.length; i++) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(i) ^ 1, i);
      expect(() => vault.open('k', altered.toString('base64'))).toThrow();
    }
  });

  test('its key is made once, for its owner only, and is checked', () => {
    const file = join(directory, 'secret.key');
    const key = readVaultKey(file);
    expect(readVaultKey(file).equals(key)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, 'short');
    expect(() => readVaultKey(file)).toThrow(/expected a key of 32 bytes.*backup/);
  });
});

describe('passwords', () => {
  test('match themselves, also when accents are written another way', async () => {
    const hash = await hashPassword('caf\u00e9 au lait');
    expect(hash).toMatch(/^scrypt\$16384\$8\$1\$/);
    expect(await checkPassword('cafe\u0301 au lait', hash)).toBe(true);
    expect(await checkPassword('cafe au lait', hash)).toBe(false);
    expect(await checkPassword('', null)).toBe(false);
  });

  test('random ones are long and without letters that look alike', () => {
    const texts = Array.from({ length: 100 }, () => randomText(16));
    expect(new Set(texts).size).toBe(100);
    expect(texts.join('')).not.toMatch(/[0O1lI]/);
  });
});
