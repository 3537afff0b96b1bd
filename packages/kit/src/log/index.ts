export { type Logger, noopLogger } from './logger.ts';
