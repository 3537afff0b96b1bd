import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** 16 MiB and about 50 ms a hash: more would let a burst of logins starve the machine. */
const COST = { N: 16_384, r: 8, p: 1 };
const KEY_BYTES = 32;

/** Hashes at the same time; the others wait, at most `MAX_WAITING` of them. */
const MAX_RUNNING = 2;
const MAX_WAITING = 64;

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  if (running >= MAX_RUNNING) {
    if (waiting.length >= MAX_WAITING) throw new TooManyLogins();
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem: 64 * 1024 * 1024 }, (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      });
    });
  } finally {
    // Handed on: who comes in between would be one too many.
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

export class TooManyLogins extends Error {
  override readonly name = 'TooManyLogins';
}

/** `scrypt$N$r$p$salt$key`, so that the cost can grow later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join('$');
}

/** Also spends the time of a hash when there is none, so that nobody learns which names exist. */
export async function checkPassword(password: string, hash: string | null): Promise<boolean> {
  const parts = (hash ?? `scrypt$${COST.N}$${COST.r}$${COST.p}$AAAAAAAAAAAAAAAAAAAAAA==$`).split('$');
  const [, n = '', r = '', p = '', salt = '', key = ''] = parts;
  const expected = Buffer.from(key, 'base64');
  const found = await derive(password, Buffer.from(salt, 'base64'), { N: Number(n), r: Number(r), p: Number(p) });
  return hash !== null && expected.length === found.length && timingSafeEqual(expected, found);
}
