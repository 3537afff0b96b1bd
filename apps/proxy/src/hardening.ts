/**
 * What every thread of the proxy does before anything else is loaded: code made from text is refused from here on.
 *
 * V8 has a flag for it (`--disallow-code-generation-from-strings`). It costs 40 ms of CPU at every start, for with any
 * V8 flag Node's own code cache does not fit and its modules are compiled again; this costs nothing and refuses the same.
 */
const refuse = (): never => {
  throw new EvalError('code made from text is refused in this process');
};

/** The four constructors that compile text, each behind a stand-in with the same prototype: `instanceof` goes on working. */
const samples = [() => {}, async () => {}, function* () {}, async function* () {}];
for (const sample of samples) {
  const prototype = Object.getPrototypeOf(sample) as object;
  const standIn = function standIn(): never {
    return refuse();
  };
  Object.defineProperty(standIn, 'prototype', { value: prototype });
  Object.defineProperty(prototype, 'constructor', { value: standIn, writable: true, configurable: true });
}
Object.defineProperty(globalThis, 'Function', { value: (() => {}).constructor, writable: true, configurable: true });
Object.defineProperty(globalThis, 'eval', { value: refuse, writable: true, configurable: true });

export {};
