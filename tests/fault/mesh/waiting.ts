const POLL_MS = 50;

/**
 * Asks until there is an answer that is neither null nor false; an error counts as not yet. Gives the answer.
 * @throws Error with what was waited for, and what was there instead
 */
export async function until<T>(
  what: string,
  limitMs: number,
  ask: () => Promise<T | null | false> | T | null | false,
): Promise<T> {
  const deadlineMs = performance.now() + limitMs;
  let last = '';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== false) return answer;
    } catch (error) {
      last = error instanceof Error ? `: ${error.message}` : `: ${String(error)}`;
    }
    if (performance.now() > deadlineMs) throw new Error(`not within ${limitMs} ms: ${what}${last}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
