import { ApiFailure, retryAfter } from '../http/index.ts';
import type { Storage } from '../storage/index.ts';
import { checkPassword, TooManyLogins } from './passwords.ts';
import type { UserRow, Users } from './users.ts';

/** Wrong passwords in a row after which a name is locked out, for longer with each further one. */
const MAX_FAILURES = 5;
const LOCK_MS = 60_000;
const MAX_LOCK_MS = 15 * 60_000;
/** Attempts of one address in a minute. */
const MAX_PER_ADDRESS = 30;
const WINDOW_MS = 60_000;
const MAX_ADDRESSES = 10_000;

/** Checks passwords, slowly on purpose, and stops who tries many. */
export class Login {
  readonly #storage: Storage;
  readonly #users: Users;
  readonly #wallNow: () => number;
  readonly #attempts = new Map<string, { count: number; since: number }>();

  constructor(storage: Storage, users: Users, wallNow: () => number) {
    this.#storage = storage;
    this.#users = users;
    this.#wallNow = wallNow;
  }

  /** The user of this name and password. @throws ApiFailure BAD_LOGIN, LOCKED_OUT or RATE_LIMITED. */
  async check(loginName: string, password: string, ip: string): Promise<UserRow> {
    this.#countAttempt(ip);
    const user = await this.#users.byLogin(loginName);
    const now = this.#wallNow();
    if (user !== undefined && user.locked_until > now)
      throw retryAfter('LOCKED_OUT', 'too many wrong passwords', (user.locked_until - now) / 1000);
    const right = await this.matches(user, password);
    if (right && user !== undefined && user.status === 'ACTIVE') return user;
    if (user !== undefined && !right) await this.#countFailure(user.user_id);
    throw new ApiFailure('BAD_LOGIN', 'name or password is wrong');
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

  #countAttempt(ip: string): void {
    const now = this.#wallNow();
    let entry = this.#attempts.get(ip);
    if (entry === undefined || entry.since + WINDOW_MS <= now) {
      if (this.#attempts.size >= MAX_ADDRESSES) this.#attempts.clear();
      entry = { count: 0, since: now };
      this.#attempts.set(ip, entry);
    }
    if (++entry.count > MAX_PER_ADDRESS)
      throw retryAfter('RATE_LIMITED', 'too many logins from this address', (entry.since + WINDOW_MS - now) / 1000);
  }

  #countFailure(userId: string): Promise<void> {
    return this.#storage.write(async (tx) => {
      // Read again: failures that came at the same time have been counted meanwhile.
      const user = await tx
        .tables<{ t_user: UserRow }>()
        .selectFrom('t_user')
        .select('failures')
        .where('user_id', '=', userId)
        .executeTakeFirst();
      if (user === undefined) return;
      const failures = user.failures + 1;
      const over = failures - MAX_FAILURES;
      const lockMs = over < 0 ? 0 : Math.min(MAX_LOCK_MS, LOCK_MS * 2 ** Math.min(over, 10));
      await this.#users.update(tx, userId, { failures, locked_until: lockMs === 0 ? 0 : this.#wallNow() + lockMs });
    });
  }
}
