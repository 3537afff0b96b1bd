/** What another owner of a connection has to know of it between two requests. */
export interface IdleState {
  readonly lastId: number;
}

export function isIdleState(value: unknown): value is IdleState {
  return typeof value === 'object' && value !== null && 'lastId' in value && Number.isSafeInteger(value.lastId);
}
