/** What tests ask a thread to do, to see that the others and the control thread cope. */
export function misbehave(kind: 'throw' | 'exit' | 'loop' | 'refuse'): void {
  if (kind === 'throw')
    setImmediate(() => {
      throw new Error('told to throw');
    });
  else if (kind === 'exit') process.exit(1);
  else for (;;);
}
