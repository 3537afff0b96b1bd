import { useNavigate } from '@tanstack/react-router';
import { Alert, App, Button, Modal, Segmented, Space, Switch } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { ApiError } from '../../services/client.ts';
import { useDraftActions } from '../../services/drafts.ts';
import { type MeshApp, useApps, useMethods } from '../../services/mesh-services.ts';
import { type Rule, ruleOfForm, usePreview, useRuleActions } from '../../services/rules.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { effectWarnings, hitsEveryCall, rangesOf, schemaFor } from '../../ui/rule-kinds/index.ts';
import {
  type Choices,
  type FormObject,
  goToFirstProblem,
  type Problem,
  placeProblems,
  SchemaForm,
  validate,
} from '../../ui/schema-form/index.ts';
import { fieldProblemText } from '../../ui/server-text.ts';
import { choiceOf, useView } from '../../ui/url-state.ts';
import { useReport } from '../../ui/use-report.tsx';
import { BacktestCard } from './backtest-card.tsx';
import { BreakersCard } from './breakers-card.tsx';
import { ConfirmChange } from './confirm-change.tsx';
import { ConflictPanel, changesFrom, formOf } from './conflict-panel.tsx';
import { JsonEditor } from './json-editor.tsx';
import { MappingTrial } from './mapping-trial.tsx';
import { PreviewCard } from './preview-card.tsx';
import { RolloutForm } from './rollout-form.tsx';
import { useRuleKind } from './use-rule-kind.ts';

const ORDER = ['name', 'direction', 'app', 'services', 'methods', 'mode', 'spec', 'conditions'] as const;
const HEADERS = ['user', 'x-user-id', 'user-agent', 'x-forwarded-for', 'content-type', 'authorization'] as const;
/** The state is switched in the list, so that saving alone never changes what requests meet. */
const OMIT = ['enabled'] as const;

interface RuleEditorProps {
  readonly start: FormObject;
  readonly stored: Rule | null;
  /** What is stored now; another version than `stored` when somebody else has saved it meanwhile. */
  readonly latest?: Rule | undefined;
  /** Something was changed in the form. */
  readonly onTouched?: () => void;
  /** Goes on with `latest`; what was changed here is lost. */
  readonly onTake?: () => void;
}

export function RuleEditor({ start, stored, latest, onTouched, onTake }: RuleEditorProps) {
  const { t, language } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const kind = useRuleKind();
  const navigate = useNavigate();
  const [view, setView] = useView();
  const tab = choiceOf(view, 'tab', ['form', 'json']) ?? 'form';
  const [rule, setRule] = useState<FormObject>(start);
  const [jsonProblem, setJsonProblem] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [freeText, setFreeText] = useState(false);
  /** What a change that is being confirmed replaces. */
  const [replacing, setReplacing] = useState<Rule | null>(null);
  /** The rule that a part of the proxies gets another content of. */
  const [rollingOut, setRollingOut] = useState<Rule | null>(null);
  const [error, setError] = useState<unknown>(null);
  // One key for one form: pressing the button twice, or a lost answer, creates one rule.
  const key = useRef(crypto.randomUUID());
  const { save } = useRuleActions(kind.segment);
  const { save: draft } = useDraftActions(kind.segment);

  /** How often a rule could not be saved: each time the first field that is wrong is shown. */
  const [failed, setFailed] = useState(0);
  const form = useRef<HTMLElement>(null);

  const schema = useMemo(() => schemaFor(kind.segment, kind.schema, rule), [kind.segment, kind.schema, rule]);
  const ranges = useMemo(() => rangesOf(kind.segment, rule), [kind.segment, rule]);
  const local = useMemo(() => validate(schema, rule, t, ranges), [schema, rule, t, ranges]);
  const warnings = useMemo(() => effectWarnings(kind.segment, rule, t), [kind.segment, rule, t]);
  const valid = jsonProblem === null && local.size === 0;
  const preview = usePreview(kind.segment, valid ? ruleOfForm(rule) : null);
  const refusal = error ?? (valid ? preview.error : null);
  // A conflict has in its fields what others changed: nothing that has to be mended here.
  const isOfFields = refusal instanceof ApiError && refusal.code !== 'VERSION_CONFLICT';
  const { at: problems, elsewhere } = useMemo(() => {
    const found: Problem[] = [...local].map(([path, message]) => ({ path, message }));
    if (isOfFields)
      found.push(
        ...refusal.fields.map(({ path, message }) => ({ path, message: fieldProblemText(message, language) })),
      );
    return placeProblems(schema, rule, found, OMIT);
  }, [schema, rule, local, refusal, isOfFields, language]);
  // Each stands at its field then, in words that say what to do: nothing is left for an error of its own.
  const saidAtFields = isOfFields && refusal.fields.length > 0 && elsewhere.length === 0;
  useEffect(() => {
    if (failed > 0 && form.current !== null) goToFirstProblem(form.current);
  }, [failed]);
  const choices = useChoices(rule, kind.type === 'ROUTE');
  const changes = replacing === null ? [] : changesFrom(replacing, formOf(replacing, kind), rule);
  const newer =
    stored !== null && latest !== undefined && latest.version > stored.version && !save.isPending && !save.isSuccess
      ? latest
      : null;

  const change = (next: FormObject): void => {
    setError(null);
    onTouched?.();
    setRule(next);
  };
  const submit = async (enable: boolean, comment: string, replaced: Rule | null): Promise<void> => {
    setTried(true);
    if (!valid) {
      setFailed((count) => count + 1);
      return;
    }
    setError(null);
    try {
      const body = ruleOfForm({ ...rule, enabled: replaced === null ? enable : replaced.enabled });
      const saved = await save.mutateAsync({
        id: replaced?.ruleDbId ?? null,
        version: replaced?.version ?? 0,
        body,
        comment,
        key: key.current,
      });
      const said = replaced !== null ? 'rule.saved' : enable ? 'rule.created-on' : 'rule.created';
      report.done(t(said, { name: saved.name }));
      void navigate({ to: kind.address as never });
    } catch (problem) {
      // The next try may have another body, and a key stands for one body.
      key.current = crypto.randomUUID();
      setReplacing(null);
      setError(problem);
      setFailed((count) => count + 1);
    }
  };
  const saveDraft = async (comment: string, of: Rule): Promise<void> => {
    try {
      const body = ruleOfForm({ ...rule, enabled: of.enabled });
      await draft.mutateAsync({ id: of.ruleDbId, version: of.version, body, comment });
      report.done(t('draft.saved', { name: of.name }));
      void navigate({ to: kind.address as never, search: { drawer: 'draft', rule: of.ruleDbId } as never });
    } catch (problem) {
      setReplacing(null);
      setError(problem);
    }
  };
  const confirm = (replaced: Rule): void => {
    if (valid) {
      setReplacing(replaced);
      return;
    }
    setTried(true);
    setFailed((count) => count + 1);
  };
  const press = (enable: boolean): void => {
    if (stored !== null) confirm(stored);
    else if (enable && valid && hitsEveryCall(kind.segment, rule))
      modal.confirm({
        title: t('rule.fault-title'),
        content: t('rule.fault-hint', {
          app: rule['app'] === '*' ? t('form.all-apps') : String(rule['app']),
          what: kind.inWords(Object(rule['spec'])),
        }),
        okText: t('rule.submit-enable'),
        onOk: () => submit(true, '', null),
      });
    else void submit(enable, '', null);
  };
  return (
    <div className="weft-editor">
      <div className="weft-editor-main">
        {newer !== null && onTake !== undefined && (
          <ConflictPanel start={start} rule={rule} latest={newer} onTake={onTake} onOverwrite={() => confirm(newer)} />
        )}
        <section className="weft-card weft-card-padded" ref={form}>
          <div className="weft-toolbar weft-toolbar-flat">
            <Segmented
              aria-label={t('rule.tab-form')}
              value={tab}
              options={[
                { value: 'form', label: t('rule.tab-form') },
                { value: 'json', label: t('rule.tab-json') },
              ]}
              onChange={(next) => setView({ tab: next === 'form' ? undefined : next })}
            />
            {tab === 'form' && (
              // biome-ignore lint/a11y/noLabelWithoutControl: the switch is the control, the library draws it as a button
              <label className="weft-inline-label">
                <Switch size="small" checked={freeText} onChange={setFreeText} aria-label={t('ui.switch-input')} />
                {t('ui.switch-input')}
              </label>
            )}
          </div>
          {tab === 'form' ? (
            <SchemaForm
              schema={schema}
              value={rule}
              onChange={change}
              problems={problems}
              ranges={ranges}
              warnings={warnings}
              showAll={tried || refusal !== null}
              choices={choices}
              freeText={freeText}
              order={ORDER}
              omit={OMIT}
            />
          ) : (
            <JsonEditor
              value={rule}
              onChange={change}
              onProblem={setJsonProblem}
              document={preview.data?.document}
              problems={tried || refusal !== null ? problems : null}
            />
          )}
        </section>
      </div>
      <aside className="weft-editor-side" aria-label={t('rule.side')}>
        <PreviewCard rule={rule} valid={valid} preview={preview.data} refused={preview.error !== null} />
        {kind.segment === 'mapping' ? (
          <MappingTrial rule={rule} valid={valid} />
        ) : (
          <BacktestCard rule={rule} valid={valid} />
        )}
        {stored !== null && kind.segment === 'fuse' && <BreakersCard rule={stored} />}
        <div className="weft-editor-foot">
          {tried && (!valid || saidAtFields) && (
            <Alert
              type="error"
              showIcon
              role="alert"
              title={jsonProblem ?? t('rule.problems', { count: problems.size })}
            />
          )}
          {newer === null && !saidAtFields && (
            <ErrorAlert error={refusal} {...(isOfFields ? { fields: elsewhere } : {})} />
          )}
          <Space wrap className="weft-editor-buttons">
            <Guarded needs={kind.needs('write')}>
              <Button
                type="primary"
                disabled={newer !== null}
                loading={busyIcon(save.isPending)}
                onClick={() => press(false)}
              >
                {t('rule.submit')}
              </Button>
            </Guarded>
            {stored === null && (
              <Guarded needs={kind.needs('publish')}>
                <Button loading={busyIcon(save.isPending)} onClick={() => press(true)}>
                  {t('rule.submit-enable')}
                </Button>
              </Guarded>
            )}
            <Button type="text" onClick={() => void navigate({ to: kind.address as never })}>
              {t('rule.cancel')}
            </Button>
          </Space>
        </div>
      </aside>
      {replacing !== null && (
        <ConfirmChange
          changes={changes}
          direction={replacing.direction}
          live={replacing.enabled}
          instances={preview.data?.instances ?? replacing.push.target}
          busy={save.isPending || draft.isPending}
          onCancel={() => setReplacing(null)}
          onRollOut={() => {
            setRollingOut(replacing);
            setReplacing(null);
          }}
          onDraft={(comment) => void saveDraft(comment, replacing)}
          onConfirm={(comment) => void submit(false, comment, replacing)}
        />
      )}
      {rollingOut !== null && (
        <Modal
          open
          width={640}
          footer={null}
          title={t('rollout.title', { name: rollingOut.name })}
          onCancel={() => setRollingOut(null)}
        >
          <RolloutForm
            rule={rollingOut}
            content={ruleOfForm({ ...rule, enabled: rollingOut.enabled })}
            onStarted={() =>
              void navigate({
                to: kind.address as never,
                search: { drawer: 'rollout', rule: rollingOut.ruleDbId } as never,
              })
            }
          />
        </Modal>
      )}
    </div>
  );
}

/** A rule for a misspelt app makes nobody know the app. */
const isThere = (app: MeshApp): boolean => app.proxies > 0 || app.provides.length > 0 || app.consumes.length > 0;

/** What the selects offer: what the app provides or consumes, by direction; rules of routing act at callers and belong to the provider. */
function useChoices(rule: FormObject, ofProvider: boolean): Choices {
  const apps = useApps().data?.items;
  const services = Array.isArray(rule['services']) ? (rule['services'] as string[]) : [];
  // Only what the catalogue knows is asked for: another service would be an error of the page.
  const known = new Set((apps ?? []).flatMap((entry) => entry.provides));
  const methods = useMethods(services.filter((service) => known.has(service))).data;
  const app = rule['app'];
  const client = rule['direction'] === 'CLIENT' && !ofProvider;
  return useMemo(() => {
    const of = (apps ?? []).filter((entry) => app === '*' || app === '' || entry.app === app);
    const offered = of.flatMap((entry) => (client ? entry.consumes : entry.provides));
    return {
      apps: (apps ?? []).filter(isThere).map((entry) => entry.app),
      services: [...new Set(offered)].sort(),
      everyService: [...new Set((apps ?? []).flatMap((entry) => [...entry.provides, ...entry.consumes]))].sort(),
      methods: methods ?? [],
      headers: HEADERS,
    };
  }, [apps, app, client, methods]);
}
