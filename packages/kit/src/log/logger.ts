/** Object first, constant message: `log.warn({ listener }, 'accept failed')`. */
export interface Logger {
  /** Guard for debug work: `if (log.debugEnabled) …`. */
  readonly debugEnabled: boolean;
  fatal(fields: object, message: string): void;
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  /** A logger whose lines carry `component`, the folder path such as `proxy.cluster`. */
  child(component: string): Logger;
}

const nothing = (): void => {};

/** Logs nothing; the default everywhere. */
export const noopLogger: Logger = {
  debugEnabled: false,
  fatal: nothing,
  error: nothing,
  warn: nothing,
  info: nothing,
  debug: nothing,
  child: () => noopLogger,
};
