export { createLogRing, type LineVisitor, LogRing, openLogRing } from './log-ring.ts';
