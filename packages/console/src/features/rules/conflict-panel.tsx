import { Alert, Button, Space } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { Rule } from '../../services/rules.ts';
import { askedValue, type RuleKind } from '../../ui/rule-kinds/index.ts';
import { type FormObject, withDefaults } from '../../ui/schema-form/index.ts';
import { When } from '../../ui/when.tsx';
import { whoText } from '../../ui/who-text.ts';
import { diffOf } from './diff.ts';
import { DiffTable } from './diff-table.tsx';
import { bodyOf } from './rule-body.ts';
import { useRuleKind } from './use-rule-kind.ts';

interface ConflictPanelProps {
  /** What the form began with. */
  readonly start: FormObject;
  readonly rule: FormObject;
  /** What somebody else has saved since. */
  readonly latest: Rule;
  readonly onTake: () => void;
  readonly onOverwrite: () => void;
}

/** Somebody else has saved the rule while the form was open: what they changed, what differs here, and which of the two stays. */
export function ConflictPanel({ start, rule, latest, onTake, onOverwrite }: ConflictPanelProps) {
  const { t } = useI18n();
  const kind = useRuleKind();
  const theirs = formOf(latest, kind);
  const who = { who: whoText(latest.modifiedBy, t), version: latest.version };
  const { direction } = latest;
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      className="weft-error"
      title={
        <>
          {t('rule.conflict', who)} · <When at={latest.modifiedAt} />
        </>
      }
      description={
        <div className="weft-conflict">
          <h2 className="weft-section-title">{t('rule.conflict-theirs', who)}</h2>
          <DiffTable changes={diffOf(start, theirs)} empty={t('rule.no-change')} direction={direction} />
          <h2 className="weft-section-title">{t('rule.conflict-mine', who)}</h2>
          <DiffTable
            changes={changesFrom(latest, theirs, rule)}
            empty={t('rule.conflict-same')}
            direction={direction}
          />
          <Space wrap className="weft-editor-buttons">
            <Button onClick={onTake}>{t('rule.conflict-take')}</Button>
            <Button danger onClick={onOverwrite}>
              {t('rule.conflict-overwrite')}
            </Button>
          </Space>
        </div>
      }
    />
  );
}

/** A stored rule as the form has it. */
export function formOf(rule: Rule, { segment, schema }: Pick<RuleKind, 'segment' | 'schema'>): FormObject {
  return withDefaults(schema, askedValue(segment, bodyOf(rule, schema))) as FormObject;
}

/** What the form would change of what is stored now; its state is no matter of the form. */
export function changesFrom(latest: Rule, theirs: FormObject, rule: FormObject): ReturnType<typeof diffOf> {
  return diffOf(theirs, { ...rule, enabled: latest.enabled });
}
