import { randomUUID } from 'node:crypto';
import type { Place } from '../http/index.ts';
import { type AuditLog, SELF } from '../osp/index.ts';
import type { RuleChanger } from './rules/change-rules.ts';

/** A change that the control plane makes by itself, with an audit row like any other. */
export function ownChange(audit: AuditLog, { tenantId, workspaceId, instanceId }: Place, action: string): RuleChanger {
  const changeId = randomUUID();
  return {
    changeId,
    caller: { tenantId, workspaceId, instanceId, loginName: SELF },
    audit: (tx, { object, diff }) =>
      audit.append(tx, {
        actor: SELF,
        actorType: 'COMPONENT',
        tenantId,
        workspaceId,
        action,
        object,
        diff,
        result: 'OK',
        ip: '',
        requestId: '',
        changeId,
      }),
  };
}
