import { bool, double, message, text, uint64 } from './message.ts';

/** `RuleAsk` as reports and the beginning of a registry session carry it. */
export const RuleAskMessage = message({
  ruleDbId: uint64(1),
  service: text(2),
  granted: bool(3),
  forMs: uint64(4),
  calls: uint64(5),
  exceptions: uint64(6),
  maxInstances: uint64(7),
  maxRatio: double(8),
});
