import { ArrowLeftOutlined } from '@ant-design/icons';
import { useParams } from '@tanstack/react-router';
import { Skeleton } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type Rule, useRule } from '../../services/rules.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { isMissing, Missing } from '../../ui/missing.tsx';
import { Page } from '../../ui/page.tsx';
import type { FormObject } from '../../ui/schema-form/index.ts';
import { withDefaults } from '../../ui/schema-form/index.ts';
import { numberOf, useView } from '../../ui/url-state.ts';
import { formOf } from './conflict-panel.tsx';
import { prefilled } from './rule-body.ts';
import { RuleEditor } from './rule-editor.tsx';
import { useRuleKind } from './use-rule-kind.ts';

function BackLink() {
  const { t } = useI18n();
  return (
    <InnerLink to={useRuleKind().address} className="weft-back">
      <ArrowLeftOutlined aria-hidden /> {t('rule.back')}
    </InnerLink>
  );
}

export function NewRulePage() {
  const kind = useRuleKind();
  const [view] = useView();
  const copyId = numberOf(view, 'copy', 0);
  const { data, error, refetch } = useRule(kind.segment, copyId === 0 ? null : copyId);
  const ready = copyId === 0 || data !== undefined;
  const start =
    data === undefined
      ? prefilled(view, kind.schema)
      : { ...formOf(data, kind), name: `${data.name}-copy`, enabled: false };
  return (
    <Page title={kind.text('add')} before={<BackLink />}>
      <ErrorAlert error={error} onRetry={() => void refetch()} />
      {ready ? (
        <RuleEditor key={copyId} start={withDefaults(kind.schema, start) as FormObject} stored={null} />
      ) : (
        error === null && <Skeleton active />
      )}
    </Page>
  );
}

export function EditRulePage() {
  const { t } = useI18n();
  const kind = useRuleKind();
  const { ruleId } = useParams({ strict: false }) as { ruleId: string };
  const { data, error, refetch } = useRule(kind.segment, Number(ruleId));
  // What somebody has begun to change stays, whatever others save meanwhile: they are asked which of the two it shall be.
  const [held, setHeld] = useState<Rule | null>(null);
  const shown = held?.ruleDbId === Number(ruleId) ? held : data;
  return (
    <Page title={shown === undefined ? `#${ruleId}` : t('rule.edit', { name: shown.name })} before={<BackLink />}>
      {isMissing(error) ? (
        <Missing title={t('rule.gone')} hint={t('rule.gone-hint')} back={{ to: kind.address, label: t('rule.back') }} />
      ) : (
        <ErrorAlert error={error} onRetry={() => void refetch()} />
      )}
      {shown === undefined ? (
        error === null && <Skeleton active />
      ) : (
        <RuleEditor
          key={`${shown.ruleDbId} ${shown.version}`}
          start={formOf(shown, kind)}
          stored={shown}
          latest={data}
          onTouched={() => setHeld(shown)}
          onTake={() => setHeld(null)}
        />
      )}
    </Page>
  );
}
