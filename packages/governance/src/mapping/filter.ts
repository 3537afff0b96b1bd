import { type RuleSet, RuleVerdict } from '@weft/sdk';

/** Mappings decide about no request: transcoders are configured with them, on the control thread. */
export class MappingRuleSet implements RuleSet {
  isEmpty(): boolean {
    return true;
  }

  decide(): RuleVerdict {
    return RuleVerdict.PASS;
  }

  explain(): [] {
    return [];
  }

  tick(): void {}
}
