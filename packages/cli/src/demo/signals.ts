/** npm passes a Ctrl-C on that the terminal has delivered already: what follows that fast is the same one. */
const SAME_MS = 500;

/** Tells the first signal that asks for the end, and any that comes later and is not the same. */
export function watchSignals(onFirst: () => void, onSecond: () => void): () => void {
  let firstMs = 0;
  const handle = (): void => {
    const nowMs = performance.now();
    if (firstMs === 0) {
      firstMs = nowMs;
      onFirst();
    } else if (nowMs - firstMs > SAME_MS) onSecond();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}

/** Ends what waits when somebody wants the end. */
export class Interruption {
  readonly raised: Promise<void>;
  #raise: () => void = () => {};
  #isRaised = false;

  constructor() {
    this.raised = new Promise((resolve) => {
      this.#raise = resolve;
    });
  }

  get isRaised(): boolean {
    return this.#isRaised;
  }

  raise(): void {
    this.#isRaised = true;
    this.#raise();
  }

  /** What `work` gives. @throws Error when the end was asked for first */
  async unless<T>(work: Promise<T>): Promise<T> {
    // It goes on for a moment after an interruption, and then fails because everything is gone.
    work.catch(() => {});
    return Promise.race([
      work,
      this.raised.then(() => {
        throw new Error('interrupted');
      }),
    ]);
  }
}
