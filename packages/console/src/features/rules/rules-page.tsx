import { PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { joinSentences, useI18n } from '../../i18n/index.ts';
import { exportRules, type Rule, ruleList } from '../../services/rules.ts';
import { AppFilter } from '../../ui/app-filter.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ChoiceFilter, SearchFilter } from '../../ui/filter-inputs.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { canObserve, isFixed } from '../../ui/rule-kinds/index.ts';
import { choiceOf, flagOf, textOf, useView } from '../../ui/url-state.ts';
import { useReport } from '../../ui/use-report.tsx';
import { AuthListsDrawer } from './auth-lists-drawer.tsx';
import { BatchBar } from './batch-bar.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { LivePanel } from './live-panel.tsx';
import { useRuleColumns } from './rule-columns.tsx';
import { RuleDrawers } from './rule-drawers.tsx';
import { saveRules } from './save-rules.ts';
import { useRuleKind } from './use-rule-kind.ts';

const DIRECTIONS = ['SERVER', 'CLIENT'] as const;
const MODES = ['CONTROL', 'OBSERVE'] as const;
const PUSH_STATES = ['ok', 'pending', 'partly', 'failed', 'none'] as const;

export function RulesPage() {
  const { t } = useI18n();
  const report = useReport();
  const navigate = useNavigate();
  const [view, setView] = useView();
  const [selected, setSelected] = useState<readonly Rule[]>([]);
  const kind = useRuleKind();
  const columns = useRuleColumns();
  const filter = {
    keyword: textOf(view, 'keyword'),
    app: textOf(view, 'app'),
    direction: choiceOf(view, 'direction', DIRECTIONS),
    mode: choiceOf(view, 'mode', MODES),
    enabled: flagOf(view, 'enabled'),
    push: choiceOf(view, 'push', PUSH_STATES),
  };
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const list = ruleList(kind.segment, filter);
  const add = (
    <Guarded needs={kind.needs('write')}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        onClick={() => void navigate({ to: `${kind.address}/new` as never })}
      >
        {kind.text('add')}
      </Button>
    </Guarded>
  );
  return (
    <Page title={kind.text('title')} subtitle={kind.text('subtitle')} extra={add}>
      {(kind.segment === 'fuse' || kind.segment === 'isolate') && <LivePanel segment={kind.segment} />}
      <DataTable
        label={kind.text('title')}
        queryKey={list.key}
        read={list.read}
        columns={columns}
        rowKey={(row) => row.ruleDbId}
        exportName={`${kind.segment}-rules`}
        minWidth={1000}
        fixedLayout
        selection={{
          keys: selected.map((row) => row.ruleDbId),
          onChange: (_keys, rows) => setSelected(rows.filter((row) => row !== undefined)),
        }}
        filters={
          selected.length > 0 ? (
            <BatchBar selected={selected} onDone={() => setSelected([])} />
          ) : (
            <>
              <SearchFilter name="keyword" label={t('rules.search')} width={196} />
              <AppFilter width={110} />
              {!isFixed(kind, 'direction') && (
                <ChoiceFilter
                  name="direction"
                  label={t('rules.direction')}
                  width={104}
                  options={DIRECTIONS.map((value) => ({ value, label: t(`rules.direction-${value}`) }))}
                />
              )}
              {canObserve(kind) && (
                <ChoiceFilter
                  name="mode"
                  label={t('rules.mode')}
                  width={104}
                  options={MODES.map((value) => ({ value, label: t(`rules.mode-${value}`) }))}
                />
              )}
              <ChoiceFilter
                name="enabled"
                label={t('rules.state')}
                width={88}
                options={[
                  { value: 'true', label: t('rules.on') },
                  { value: 'false', label: t('rules.off') },
                ]}
              />
              <ChoiceFilter
                name="push"
                label={t('rules.push')}
                width={104}
                options={PUSH_STATES.map((value) => ({ value, label: t(`rules.push-${value}`) }))}
              />
            </>
          )
        }
        actions={
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'export', label: t('rules.export-all') },
                { key: 'import', label: t('rules.import') },
                ...(kind.segment === 'auth' ? [{ key: 'lists', label: t('lists.open') }] : []),
              ],
              onClick: ({ key }) => {
                if (key === 'import') setView({ dialog: 'import' });
                else if (key === 'lists') setView({ drawer: 'lists' }, 'push');
                else void exportRules(kind.segment, null).then((file) => saveRules(file, kind.segment), report.failed);
              },
            }}
          >
            <Button>{t('rules.import-export')}</Button>
          </Dropdown>
        }
        empty={
          filtered ? (
            <NothingHere
              title={t('rules.empty-filtered')}
              action={
                <Button
                  onClick={() =>
                    setView({
                      keyword: undefined,
                      app: undefined,
                      direction: undefined,
                      mode: undefined,
                      enabled: undefined,
                      push: undefined,
                    })
                  }
                >
                  {t('rules.clear-filter')}
                </Button>
              }
            />
          ) : (
            <NothingHere
              title={t('rules.empty')}
              hint={joinSentences([t('rules.empty-hint'), canObserve(kind) ? t('rules.empty-observe') : ''])}
              action={add}
            />
          )
        }
      />
      <RuleDrawers />
      {kind.segment === 'auth' && <AuthListsDrawer />}
      <ImportDialog />
    </Page>
  );
}
