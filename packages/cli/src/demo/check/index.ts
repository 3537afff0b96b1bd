export { CheckFailure, type CheckRow, runCheck } from './run-check.ts';
