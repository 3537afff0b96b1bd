import { EditOutlined, WarningOutlined } from '@ant-design/icons';
import { Button, Switch, Tooltip } from 'antd';
import { joinSentences, useI18n } from '../../i18n/index.ts';
import type { Rule } from '../../services/rules.ts';
import type { Column } from '../../ui/data-table.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { MiddleText } from '../../ui/middle-text.tsx';
import { nameOrId } from '../../ui/name-or-id.ts';
import { PushState } from '../../ui/push-state.tsx';
import { pushInWords } from '../../ui/push-summary.ts';
import { RolloutState } from '../../ui/rollout-state.tsx';
import { isFixed } from '../../ui/rule-kinds/index.ts';
import { serverTexts } from '../../ui/server-text.ts';
import { ServiceId } from '../../ui/service-id.tsx';
import { useView } from '../../ui/url-state.ts';
import { useNow } from '../../ui/use-now.ts';
import { When } from '../../ui/when.tsx';
import { whoText } from '../../ui/who-text.ts';
import { hitsTitle } from './hits-title.ts';
import { RowActions } from './row-actions.tsx';
import { useRuleKind } from './use-rule-kind.ts';
import { useRuleSwitch } from './use-rule-switch.tsx';

/** Some types of rules have no methods, and some no conditions. */
const methodsOf = (row: Rule): readonly string[] => row.methods ?? ['*'];
const conditionsOf = (row: Rule): number => row.conditions?.length ?? 0;

const MAX_SERVICES = 2;

/**
 * The columns of the list of rules: all have widths, so that a wide window gives each its share. Together they are no
 * wider than the card in a window of 1280 pixels leaves beside the boxes for choosing, 996.
 */
export function useRuleColumns(): readonly Column<Rule>[] {
  const { t, format, language } = useI18n();
  const warningsOf = (row: Rule): string => joinSentences(serverTexts(row.warnings, row.warningMessages, language));
  const [, setView] = useView();
  const kind = useRuleKind();
  const { ask, busyId } = useRuleSwitch();
  const columns: readonly Column<Rule>[] = [
    {
      key: 'name',
      title: t('rules.name'),
      sort: 'name',
      width: 156,
      render: (row) => (
        <span className="weft-rule-name">
          {row.warnings.length > 0 && (
            <Tooltip title={warningsOf(row)}>
              <WarningOutlined className="weft-warning" aria-label={warningsOf(row)} />
            </Tooltip>
          )}
          {row.draft != null && (
            <Tooltip title={t('draft.of', { who: row.draft.by })}>
              <Button
                type="text"
                size="small"
                icon={<EditOutlined />}
                aria-label={t('draft.of', { who: row.draft.by })}
                onClick={() => setView({ drawer: 'draft', rule: row.ruleDbId }, 'push')}
              />
            </Tooltip>
          )}
          <InnerLink to={`${kind.address}/${row.ruleDbId}`} className="weft-name">
            <MiddleText text={nameOrId(row.name, row.ruleDbId)} tail={6} />
          </InnerLink>
        </span>
      ),
      value: (row) => row.name,
    },
    {
      key: 'app',
      title: t('rules.app'),
      sort: 'app',
      width: 102,
      render: (row) => (
        <>
          <MiddleText text={row.app} tail={5} />
          {!isFixed(kind, 'direction') && (
            <div className="weft-muted weft-small">{t(`rules.direction-${row.direction}`)}</div>
          )}
        </>
      ),
      value: (row) => row.app,
    },
    {
      key: 'direction',
      title: t('rules.direction'),
      sort: 'direction',
      hidden: true,
      render: (row) => t(`rules.direction-${row.direction}`),
      value: (row) => t(`rules.direction-${row.direction}`),
    },
    {
      key: 'services',
      title: t('rules.services-methods'),
      width: 164,
      render: (row) => (
        <>
          {row.services.slice(0, MAX_SERVICES).map((service) => (
            // Wrapped and whole: what stands in the middle is the name of the interface.
            <div key={service} className="weft-break" title={service}>
              <ServiceId id={service} />
            </div>
          ))}
          {row.services.length > MAX_SERVICES && (
            <div className="weft-muted weft-small" title={row.services.join('\n')}>
              {t('rules.more-services', { count: row.services.length - MAX_SERVICES })}
            </div>
          )}
          <div className="weft-one-line weft-muted weft-small" title={methodsOf(row).join('\n')}>
            {methodsOf(row).join(', ') === '*' ? t('rules.all-methods') : methodsOf(row).join(', ')}
          </div>
        </>
      ),
      value: (row) => row.services.join(', '),
    },
    {
      key: 'methods',
      title: t('rules.methods'),
      hidden: true,
      render: (row) => methodsOf(row).join(', '),
      value: (row) => methodsOf(row).join(', '),
    },
    {
      key: 'limit',
      title: kind.text('summary'),
      width: 122,
      render: (row) => (
        <>
          {kind.inWords(row.spec)}
          <div className="weft-muted weft-small">
            {!isFixed(kind, 'mode') && t(`rules.mode-${row.mode}`)}
            {conditionsOf(row) > 0 && ` · ${t('rules.with-conditions', { count: conditionsOf(row) })}`}
          </div>
        </>
      ),
      value: (row) => kind.inWords(row.spec),
    },
    {
      key: 'mode',
      title: t('rules.mode'),
      sort: 'mode',
      hidden: true,
      render: (row) => t(`rules.mode-${row.mode}`),
      value: (row) => t(`rules.mode-${row.mode}`),
    },
    {
      key: 'enabled',
      title: t('rules.state'),
      sort: 'enabled',
      width: 98,
      render: (row) =>
        row.rollout === null ? (
          <>
            <Guarded needs={kind.needs('publish')}>
              <Switch
                size="small"
                aria-label={t('rules.switch', { name: row.name })}
                checked={row.enabled}
                loading={busyId === row.ruleDbId}
                onChange={(enabled) => ask(row, enabled)}
              />
            </Guarded>
            {row.expiresAt !== null && <Expiry at={row.expiresAt} />}
          </>
        ) : (
          <GrayState row={row} rollout={row.rollout} />
        ),
      value: (row) => t(row.enabled ? 'rules.on' : 'rules.off'),
    },
    {
      key: 'push',
      title: t('rules.push'),
      width: 104,
      render: (row) => (
        <Button
          type="text"
          size="small"
          className="weft-cell-button"
          onClick={() => setView({ drawer: 'push', rule: row.ruleDbId }, 'push')}
        >
          <PushState push={row.push} enabled={row.enabled} rollout={row.rollout} />
        </Button>
      ),
      value: (row) => pushInWords(row.push, row.enabled, row.rollout, t),
    },
    {
      key: 'hits',
      title: t(hitsTitle(kind.segment)),
      note: t('rules.hits-time'),
      sort: 'hits5m',
      align: 'right',
      width: 84,
      render: (row) => (
        <Button
          type="link"
          size="small"
          className="weft-cell-button"
          onClick={() => setView({ drawer: 'hits', rule: row.ruleDbId }, 'push')}
        >
          {format.integer(row.hits5m)}
        </Button>
      ),
      value: (row) => row.hits5m,
    },
    {
      key: 'modified',
      title: t('rules.modified'),
      sort: 'modifiedAt',
      width: 92,
      render: (row) => (
        <>
          {whoText(row.modifiedBy, t)}
          <div className="weft-muted weft-small">
            <When at={row.modifiedAt} />
          </div>
        </>
      ),
      value: (row) => `${row.modifiedBy} ${row.modifiedAt}`,
    },
    { key: 'actions', title: t('rules.actions'), width: 74, render: (row) => <RowActions rule={row} /> },
  ];
  // Rules that are asked for by their name choose no requests.
  const idle = isFixed(kind, 'services') ? ['services', 'hits'] : [];
  return columns.filter(({ key }) => !idle.includes(key) && !isFixed(kind, key));
}

/** Of a rule that is being rolled out: who tries the new content, and the way there. */
function GrayState({ row, rollout }: { readonly row: Rule; readonly rollout: NonNullable<Rule['rollout']> }) {
  const [, setView] = useView();
  return (
    <Button
      type="text"
      size="small"
      className="weft-cell-button"
      onClick={() => setView({ drawer: 'rollout', rule: row.ruleDbId }, 'push')}
    >
      <RolloutState rollout={rollout} enabled={row.enabled} />
    </Button>
  );
}

/** How long a rule that ends by itself still acts. */
function Expiry({ at }: { readonly at: string }) {
  const { t, format } = useI18n();
  const now = useNow();
  return (
    <div className="weft-muted weft-small weft-numbers" title={format.time(at)}>
      {t('expiry.left', { span: format.span(Math.max(0, Date.parse(at) - now)) })}
    </div>
  );
}
