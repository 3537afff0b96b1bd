/** Sets levels of logs, some of them for a time. */
export class TimedLevels {
  readonly #levels: () => Readonly<Record<string, string>>;
  readonly #set: (target: string, level: string) => boolean;
  /** What comes back, by the path that `levels` knows a log by. */
  readonly #expiring = new Map<string, { readonly before: string; readonly timer: NodeJS.Timeout }>();

  /**
   * @param levels level of every log, by its path
   * @param set sets the level of one log; false when there is none of that path, or no such level
   */
  constructor(levels: () => Readonly<Record<string, string>>, set: (target: string, level: string) => boolean) {
    this.#levels = levels;
    this.#set = set;
  }

  /**
   * @param target path of a log; `*` for all
   * @param ttlMs after which the level of before is back; 0 = the level stays. Of several in a row the first one's before counts.
   * @returns false when no log was set
   */
  set(target: string, level: string, ttlMs: number): boolean {
    const before = this.#levels();
    const done =
      target === '*' ? Object.keys(before).map((path) => this.#set(path, level)) : [this.#set(target, level)];
    if (!done.includes(true)) return false;
    const after = this.#levels();
    for (const [path, now] of Object.entries(after)) {
      const known = this.#expiring.get(path);
      const meant = target === '*' || now !== before[path] || (known !== undefined && this.#isMeant(target, path));
      if (!meant) continue;
      if (known !== undefined) clearTimeout(known.timer);
      this.#expiring.delete(path);
      const was = known?.before ?? before[path];
      if (ttlMs > 0 && was !== undefined && was !== now) this.#expire(path, was, ttlMs);
    }
    return true;
  }

  /** Paths are given whole, relative or as a base name. */
  #isMeant(target: string, path: string): boolean {
    const base = (text: string): string => text.slice(text.lastIndexOf('/') + 1);
    return base(target) === base(path);
  }

  #expire(path: string, before: string, ttlMs: number): void {
    const timer = setTimeout(() => {
      this.#expiring.delete(path);
      this.#set(path, before);
    }, ttlMs);
    timer.unref();
    this.#expiring.set(path, { before, timer });
  }
}
