import { ApiFailure, retryAfter } from '../http/index.ts';
import { checkPassword, TooManyLogins } from './passwords.ts';
import type { UserRow, Users } from './users.ts';

/** Wrong passwords for a name in a row, from one address, after which it waits; longer with each further one. */
const MAX_FAILURES = 5;
const LOCK_MS = 60_000;
const MAX_LOCK_MS = 15 * 60_000;
/** Failures are forgotten after that long without another one. */
const FORGET_MS = 60 * 60_000;
/** Failures of one address in a minute, whatever the names. */
const MAX_PER_ADDRESS = 30;
const WINDOW_MS = 60_000;
/** Addresses, and names from addresses, remembered; beyond it the oldest is forgotten. */
const MAX_REMEMBERED = 10_000;

interface Failures {
  count: number;
  lockedUntil: number;
  /** Last failure. */
  at: number;
}

/**
 * Checks passwords, slowly on purpose, and stops who tries many. Who is stopped is a name from an address: nobody locks
 * others out of their account, and names that do not exist are treated like those that do.
 */
export class Login {
  readonly #users: Users;
  readonly #wallNow: () => number;
  readonly #addresses = new Map<string, { count: number; since: number }>();
  /** By name, then address. */
  readonly #failures = new Map<string, Failures>();

  constructor(users: Users, wallNow: () => number) {
    this.#users = users;
    this.#wallNow = wallNow;
  }

  /** The user of this name and password. @throws ApiFailure BAD_LOGIN, LOCKED_OUT or RATE_LIMITED. */
  async check(loginName: string, password: string, ip: string): Promise<UserRow> {
    const key = keyOf(loginName, ip);
    this.#refuseAddress(ip);
    this.#refuseLocked(key);
    const user = await this.#users.byLogin(loginName);
    const right = await this.matches(user, password);
    if (!right || user === undefined || user.status !== 'ACTIVE') {
      // Attempts at the same time may pass both brakes: only as many as passwords are checked at once.
      this.#countFailure(key);
      this.#countAddress(ip);
      throw new ApiFailure('BAD_LOGIN', 'name or password is wrong');
    }
    this.#failures.delete(key);
    return user;
  }

  /** After a password was reset. */
  forget(loginName: string): void {
    const beginning = keyOf(loginName, '');
    for (const key of this.#failures.keys()) if (key.startsWith(beginning)) this.#failures.delete(key);
  }

  /** Whether it is the password of the user; takes the same time when there is no user. */
  async matches(user: UserRow | undefined, password: string): Promise<boolean> {
    try {
      return await checkPassword(password, user?.password_hash ?? null);
    } catch (error) {
      if (error instanceof TooManyLogins) throw retryAfter('RATE_LIMITED', 'too many logins at once', 2);
      throw error;
    }
  }

  #refuseAddress(ip: string): void {
    const now = this.#wallNow();
    const entry = this.#addresses.get(ip);
    if (entry !== undefined && entry.since + WINDOW_MS > now && entry.count >= MAX_PER_ADDRESS)
      throw retryAfter('RATE_LIMITED', 'too many logins from this address', (entry.since + WINDOW_MS - now) / 1000);
  }

  #countAddress(ip: string): void {
    const now = this.#wallNow();
    const entry = this.#addresses.get(ip);
    if (entry !== undefined && entry.since + WINDOW_MS > now) entry.count++;
    else remember(this.#addresses, ip, { count: 1, since: now });
  }

  #refuseLocked(key: string): void {
    const now = this.#wallNow();
    const entry = this.#failures.get(key);
    if (entry !== undefined && entry.lockedUntil > now)
      throw retryAfter('LOCKED_OUT', 'too many wrong passwords', (entry.lockedUntil - now) / 1000);
  }

  #countFailure(key: string): void {
    const now = this.#wallNow();
    const known = this.#failures.get(key);
    const count = (known === undefined || known.at + FORGET_MS <= now ? 0 : known.count) + 1;
    const over = count - MAX_FAILURES;
    const lockMs = over < 0 ? 0 : Math.min(MAX_LOCK_MS, LOCK_MS * 2 ** Math.min(over, 10));
    remember(this.#failures, key, { count, lockedUntil: now + lockMs, at: now });
  }
}

const keyOf = (loginName: string, ip: string): string => `${loginName}\0${ip}`;

/** At the end of the map: what was not touched for longest goes first. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (map.size >= MAX_REMEMBERED && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}
