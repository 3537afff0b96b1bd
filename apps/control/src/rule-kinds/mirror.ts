import { message } from '@weft/api';
import { checkMirrorBody, mirror, toMirrorDocument } from '@weft/governance/mirror';
import type { MirrorRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';

/** Mirroring. */
export const mirrorRuleKind = governedKind<MirrorRuleBody>({
  rule: mirror,
  ownedBy: 'app',
  check: checkMirrorBody,
  toDocument: toMirrorDocument,
  sendsTo: ({ spec: { targetDataId } }) => targetDataId,
  preview({ spec: { percent, amplification: times, targetDataId, targetCluster, targetAddresses, broadcast } }) {
    const target = targetDataId || targetCluster || targetAddresses.join(', ');
    const said = message(broadcast ? 'preview.mirror-every' : 'preview.mirror', { percent, times, target });
    return { said, fields: {} };
  },
});
