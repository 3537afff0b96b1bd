import { message } from '@weft/api';
import { checkDowngradeBody, downgrade, type MessageWriter, toDowngradeDocument } from '@weft/governance/downgrade';
import type { DowngradeRuleBody } from '@weft/schema/wire';
import { emptyAnswerProblem, writeJavaAnswer, writeProtoAnswer } from '@weft/transcoders/common/made-up';
import { governedKind } from './governed-kind.ts';

const writer: MessageWriter = { proto: writeProtoAnswer, emptyProblem: emptyAnswerProblem, java: writeJavaAnswer };

/** Degradation. */
export const downgradeRuleKind = governedKind<DowngradeRuleBody>({
  rule: downgrade,
  ownedBy: 'app',
  check: (input) => checkDowngradeBody(input, writer),
  toDocument: (owner, rules) => toDowngradeDocument(owner, rules, writer),
  preview: ({ spec }) => ({
    said: message(spec.action === 'REJECT' ? 'preview.degraded' : 'preview.answered'),
    fields: {},
  }),
});
