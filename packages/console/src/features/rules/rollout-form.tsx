import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, InputNumber, Select, Space } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { useRolloutActions } from '../../services/rollouts.ts';
import type { Rule, RuleInput } from '../../services/rules.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { useReport } from '../../ui/use-report.tsx';
import { badLabel, PLANNED, type PlannedStep, plannedBody, type RolloutPlan, stepsGrow } from './rollout-plan.ts';
import { useRuleKind } from './use-rule-kind.ts';

interface RolloutFormProps {
  readonly rule: Rule;
  /** What the rule becomes; the rule as it is, switched on, when null. */
  readonly content: RuleInput | null;
  readonly onStarted: () => void;
}

/** Steps, bounds and place of a rollout. */
export function RolloutForm({ rule, content, onStarted }: RolloutFormProps) {
  const { t } = useI18n();
  const report = useReport();
  const kind = useRuleKind();
  const { start } = useRolloutActions(kind.segment);
  const [plan, setPlan] = useState<RolloutPlan>(PLANNED);
  const change = (more: Partial<RolloutPlan>): void => setPlan({ ...plan, ...more });
  const grows = stepsGrow(plan.steps);
  const wrongLabel = badLabel(plan.labels);
  const submit = (): void =>
    void start
      .mutateAsync({ id: rule.ruleDbId, version: rule.version, body: plannedBody(plan, content) })
      .then(() => {
        report.done(t('rollout.started', { name: rule.name }));
        onStarted();
      })
      // Said above the button.
      .catch(() => {});
  return (
    <div className="weft-rollout-form">
      <p className="weft-muted">{t(content === null ? 'rollout.intro-on' : 'rollout.intro-content')}</p>
      <fieldset className="weft-rollout-group">
        <legend>{t('rollout.steps')}</legend>
        <StepRows steps={plan.steps} onChange={(steps) => change({ steps })} />
        {!grows && (
          <p role="alert" className="weft-bad">
            {t('rollout.steps-grow')}
          </p>
        )}
        <Checkbox checked={plan.hold} onChange={(event) => change({ hold: event.target.checked })}>
          {t('rollout.hold')}
        </Checkbox>
      </fieldset>
      <fieldset className="weft-rollout-group">
        <legend>{t('rollout.guard')}</legend>
        <NumberRow
          label={t('rollout.max-errors')}
          value={plan.errors}
          max={100}
          onChange={(errors) => change({ errors })}
        />
        <NumberRow
          label={t('rollout.max-rejects')}
          value={plan.rejects}
          max={100}
          onChange={(rejects) => change({ rejects })}
        />
        <NumberRow
          label={t('rollout.max-time')}
          value={plan.timeMs}
          max={3_600_000}
          onChange={(timeMs) => change({ timeMs })}
        />
        <NumberRow
          label={t('rollout.max-p99')}
          value={plan.p99Ms}
          max={3_600_000}
          onChange={(p99Ms) => change({ p99Ms })}
        />
        <NumberRow
          label={t('rollout.min-requests')}
          value={plan.minRequests}
          max={1_000_000}
          precision={0}
          onChange={(minRequests) => change({ minRequests })}
        />
      </fieldset>
      <fieldset className="weft-rollout-group">
        <legend>{t('rollout.among')}</legend>
        <TagRow label={t('rollout.zones')} example="GZ00B" value={plan.zones} onChange={(zones) => change({ zones })} />
        <TagRow label={t('rollout.ips')} example="10.0.0.7" value={plan.ips} onChange={(ips) => change({ ips })} />
        <TagRow
          label={t('rollout.labels')}
          example="version=v2"
          value={plan.labels}
          onChange={(labels) => change({ labels })}
        />
        {wrongLabel !== undefined && (
          <p role="alert" className="weft-bad">
            {t('rollout.bad-label', { found: wrongLabel })}
          </p>
        )}
      </fieldset>
      <Input
        className="weft-comment"
        aria-label={t('rule.comment')}
        placeholder={t('rule.comment')}
        maxLength={1024}
        value={plan.comment}
        onChange={(event) => change({ comment: event.target.value })}
      />
      <ErrorAlert error={start.error} />
      <Guarded needs={kind.needs('publish')}>
        <Button
          type="primary"
          disabled={!grows || wrongLabel !== undefined}
          loading={busyIcon(start.isPending)}
          onClick={submit}
        >
          {t('rollout.start')}
        </Button>
      </Guarded>
    </div>
  );
}

const MAX_STEPS = 20;

function StepRows(props: {
  readonly steps: readonly PlannedStep[];
  readonly onChange: (steps: readonly PlannedStep[]) => void;
}) {
  const { t } = useI18n();
  const { steps, onChange } = props;
  const set = (key: number, more: Partial<PlannedStep>): void =>
    onChange(steps.map((step) => (step.key === key ? { ...step, ...more } : step)));
  return (
    <>
      {steps.map((step, index) => (
        <Space key={step.key} className="weft-rollout-step">
          <InputNumber
            aria-label={t('rollout.percent-of', { step: index + 1 })}
            min={1}
            max={100}
            precision={0}
            suffix="%"
            value={step.percent}
            onChange={(percent) => set(step.key, { percent: percent ?? 1 })}
          />
          {t('rollout.for-seconds')}
          <InputNumber
            aria-label={t('rollout.seconds-of', { step: index + 1 })}
            min={0}
            max={604_800}
            precision={0}
            suffix={t('rollout.seconds')}
            value={step.waitSec}
            onChange={(waitSec) => set(step.key, { waitSec: waitSec ?? 0 })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('rollout.remove-step', { step: index + 1 })}
            disabled={steps.length === 1}
            onClick={() => onChange(steps.filter((other) => other !== step))}
          />
        </Space>
      ))}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        disabled={steps.length >= MAX_STEPS}
        onClick={() =>
          onChange([...steps, { key: Math.max(...steps.map(({ key }) => key)) + 1, percent: 100, waitSec: 60 }])
        }
      >
        {t('rollout.add-step')}
      </Button>
    </>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="weft-rollout-row">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

function NumberRow(props: {
  readonly label: string;
  readonly value: number | null;
  readonly max: number;
  readonly precision?: number;
  readonly onChange: (value: number | null) => void;
}) {
  const { t } = useI18n();
  const { label, ...rest } = props;
  return (
    <Row label={label}>{(id) => <InputNumber id={id} min={0} placeholder={t('rollout.not-judged')} {...rest} />}</Row>
  );
}

function TagRow(props: {
  readonly label: string;
  readonly example: string;
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
}) {
  const { t } = useI18n();
  return (
    <Row label={props.label}>
      {(id) => (
        <Select
          id={id}
          mode="tags"
          open={false}
          suffixIcon={null}
          className="weft-rollout-tags"
          aria-label={props.label}
          placeholder={t('form.such-as', { example: props.example })}
          value={[...props.value]}
          onChange={(value: string[]) => props.onChange(value)}
        />
      )}
    </Row>
  );
}
