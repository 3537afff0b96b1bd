import { createCipheriv, createDecipheriv, createHash, randomBytes, randomInt } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';

/** Letters and digits that nobody mistakes for another: no 0 O 1 l I. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** About 5.8 bits a character. */
export function randomText(length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += ALPHABET[randomInt(ALPHABET.length)];
  return text;
}

/** 256 bits, as base64url. */
export const randomKey = (): string => randomBytes(32).toString('base64url');

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Encrypts what has to be read again, such as the secrets of access keys, with a key that is not in the database
 * (AES-256-GCM). The id of the row is bound in: a cipher text that was copied to another row does not open.
 */
export interface Vault {
  seal(id: string, plain: string): string;
  /** @throws when the key is another, or anything was altered. */
  open(id: string, sealed: string): string;
}

export function createVault(key: Buffer): Vault {
  return {
    seal(id, plain) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(id));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(id, sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 }).setAAD(
        Buffer.from(id),
      );
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}

/** The key in `file`, made (mode 0600) when there is none. @throws when the file is not a key. */
export function readVaultKey(file: string): Buffer {
  const read = (): Buffer | null => {
    try {
      const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
      if (key.length !== 32)
        throw new Error(
          `${file}: found ${key.length} bytes, expected a key of 32 bytes in base64: restore the file from a backup`,
        );
      return key;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  };
  const there = read();
  if (there !== null) return there;
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  chmodSync(fresh, 0o600);
  try {
    // Not a rename: the first of two processes wins.
    linkSync(fresh, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    unlinkSync(fresh);
  }
  const key = read();
  if (key === null) throw new Error(`${file} vanished while it was made`);
  return key;
}
