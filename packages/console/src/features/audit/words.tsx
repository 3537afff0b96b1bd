import type { ReactNode } from 'react';
import { isMessageKey, type Translate } from '../../i18n/index.ts';
import { InnerLink } from '../../ui/inner-link.tsx';
import { nameOrId } from '../../ui/name-or-id.ts';
import { KINDS, kindOf, kindText, type Words } from '../../ui/rule-kinds/index.ts';

const RULE_ACTION =
  /^ms\.(create|replace|delete|put|enable|disable|batch|retry|rollback|import|start|pause|resume|promote|abort|save|publish|discard)([A-Z]\w*?)Rules?(?:ByName|Push|Rollout|Draft)?$/;

/** What was done, in words; an action without words stays as the interface calls it. */
export function actionInWords(action: string, words: Words): string {
  const key = `audit.action-${action}`;
  if (isMessageKey(key)) return words.t(key);
  const [, verb = '', id] = RULE_ACTION.exec(action) ?? [];
  const kind = KINDS.find((known) => known.id === id);
  const ruleKey = `audit.rule-${verb}`;
  if (kind === undefined || !isMessageKey(ruleKey)) return action;
  return words.t(ruleKey, { type: kindText(kind, 'title', words) });
}

const OBJECT = /^(user|workspace|tenant|token|access key|service|value|rules?) (.+)$/;

/** What it was done to; services and rules as links. */
export function objectInWords(object: string, t: Translate): ReactNode {
  if (object === '') return '–';
  const [, what, name = ''] = OBJECT.exec(object) ?? [];
  const key = `audit.object-${what}`;
  if (!isMessageKey(key)) return object;
  return (
    <>
      <span className="weft-muted">{t(key)}</span> {nameOf(what ?? '', name)}
    </>
  );
}

function nameOf(what: string, name: string): ReactNode {
  if (what === 'service')
    return (
      <InnerLink to={`/services/${encodeURIComponent(name)}`} className="weft-in-text">
        {name}
      </InnerLink>
    );
  const [, type = '', id, ruleName] = /^([^/]+)\/(\d+)(?: (.*))?$/.exec(name) ?? [];
  if (what !== 'rule' || kindOf(type) === undefined) return name;
  return (
    <InnerLink to={`/rules/${type}/${id}`} className="weft-in-text">
      {nameOrId(ruleName ?? '', id ?? '')}
    </InnerLink>
  );
}
