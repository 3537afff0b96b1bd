import { message, messageText } from '@weft/api';
import { ApiFailure } from '../../http/index.ts';
import type { Transaction } from '../../storage/index.ts';
import { diffOf } from './diff.ts';
import type { AnyRuleBody } from './rule-kind.ts';
import type { StoredRule } from './rule-store.ts';
import { readVersions } from './rule-versions.ts';

/** A content that is about to act. */
export interface Acting {
  readonly ruleDbId: number;
  readonly body: AnyRuleBody;
  /** Version that it is, or becomes; older ones are its history. */
  readonly version: number;
}

/**
 * With four eyes nobody puts a content in force that is his own: whoever switches it on, publishes or rolls it out is another
 * than who wrote it, and says which version he has looked at. A content that has been in force before may come back by anybody's hand, and everything may be switched off.
 */
export class FourEyes {
  readonly on: boolean;

  constructor(on: boolean) {
    this.on = on;
  }

  /**
   * Before `after` acts in the place of `before`.
   *
   * @param how `author`: who wrote it, where its history does not say; `unseen`: the caller has named no version
   * @throws ApiFailure CONFLICT when it is the caller; IF_MATCH_REQUIRED for what another wrote, and the caller may not have seen
   */
  async check(
    tx: Transaction,
    before: StoredRule | null,
    after: Acting,
    loginName: string,
    { author, unseen = false }: { readonly author?: string | undefined; readonly unseen?: boolean | undefined } = {},
  ): Promise<void> {
    if (!this.on || !after.body.enabled) return;
    if (before !== null && !before.deleted && before.body.enabled && sameContent(before.body, after.body)) return;
    const older = (await readVersions(tx, after.ruleDbId)).filter(({ version }) => version < after.version);
    const equal = older.filter(({ body }) => sameContent(body, after.body));
    if (equal.some(({ body }) => body.enabled)) return;
    const writer = author ?? equal[0]?.operator ?? loginName;
    const { name } = after.body;
    if (writer !== loginName) {
      if (!unseen) return;
      throw new ApiFailure(
        'IF_MATCH_REQUIRED',
        messageText(message('refusal.four-eyes-unseen', { user: writer, name })),
      );
    }
    throw new ApiFailure('CONFLICT', messageText(message('refusal.four-eyes', { user: loginName, name })));
  }
}

/** Apart from the switch. */
const sameContent = (one: AnyRuleBody, other: AnyRuleBody): boolean =>
  diffOf({ ...one, enabled: true }, { ...other, enabled: true }).length === 0;
