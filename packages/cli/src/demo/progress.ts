/** Columns of the name of a step. */
export const STEP_WIDTH = 34;

/** Prints steps of a demo and how long each took. */
export class Progress {
  readonly #print: (text: string) => void;
  readonly #terminal: boolean;
  #interrupted = false;

  constructor(print: (text: string) => void, terminal: boolean) {
    this.#print = print;
    this.#terminal = terminal;
  }

  line(text = ''): void {
    this.#print(`${text}\n`);
  }

  /** Somebody asked for the end: a step that does not come to its own from here on has not failed. */
  interrupt(): void {
    this.#interrupted = true;
  }

  /** Runs a step; what it gives is printed behind its name, what it notes only while it runs and where it can be written over. */
  async step(name: string, run: (note: (text: string) => void) => Promise<string>): Promise<void> {
    const startedMs = performance.now();
    // Only a terminal can write over a line again.
    if (this.#terminal) this.#print(`  … ${name}`);
    const back = this.#terminal ? '\r\u001b[K' : '';
    const seconds = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`.padStart(7);
    try {
      const result = await run((text) => {
        if (this.#terminal) this.#print(`\r\u001b[K  … ${name.padEnd(STEP_WIDTH)}${seconds()}   ${text}`);
      });
      this.#print(`${back}  ✓ ${name.padEnd(STEP_WIDTH)}${seconds()}   ${result}\n`);
    } catch (error) {
      const [mark, why] = this.#interrupted ? ['-', '   interrupted'] : ['✗', ''];
      this.#print(`${back}  ${mark} ${name.padEnd(STEP_WIDTH)}${seconds()}${why}\n`);
      throw error;
    }
  }
}
