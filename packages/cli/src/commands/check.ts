/** Something that `weft doctor` has looked at. */
export interface Check {
  readonly name: string;
  /** `warn` does not stop a proxy. */
  readonly result: 'ok' | 'warn' | 'fail';
  readonly message: string;
}
