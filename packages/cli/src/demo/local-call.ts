const TIMEOUT_MS = 5000;

/** A call to a part of the demo on this machine; gives the JSON of the answer. @throws Error with URL, status and message */
export async function callLocal(method: 'GET' | 'PUT', url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: answered ${response.status} ${text.slice(0, 300).trim()}`);
  return text === '' ? null : JSON.parse(text);
}

const POLL_MS = 50;

/** Asks again and again until there is an answer that is not null. @throws Error with what was waited for, and why not */
export async function waitFor<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T | null>,
  signal?: AbortSignal,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let last = '';
  for (;;) {
    signal?.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      last = error instanceof Error ? `: ${error.message}` : '';
    }
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${timeoutMs / 1000} s${last}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
