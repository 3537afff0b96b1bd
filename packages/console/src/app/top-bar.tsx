import { CheckOutlined, DownOutlined, GlobalOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Dropdown, Layout, Select, Tag, Tooltip } from 'antd';
import { LANGUAGE_NAMES, LANGUAGES, useI18n } from '../i18n/index.ts';
import { useComponents } from '../services/components.ts';
import { useSession, useSessionActions } from '../services/session.ts';
import { InnerLink } from '../ui/inner-link.tsx';
import { useView } from '../ui/url-state.ts';
import { useReport } from '../ui/use-report.tsx';
import { GlobalSearch } from './global-search.tsx';
import { PasswordDialog } from './password-dialog.tsx';

/** What the server calls the user that it makes at its first start, until somebody renames him. */
const FIRST_USER = 'Administrator';

export function TopBar({ live }: { readonly live: boolean }) {
  const { t, language, setLanguage, utc, setUtc } = useI18n();
  const session = useSession();
  const actions = useSessionActions();
  const report = useReport();
  const [, setView] = useView();
  const components = useComponents();
  const { loginName, displayName } = session.user;
  const user = displayName === FIRST_USER ? t('top.administrator') : displayName || loginName;
  const here = `${session.tenantId}/${session.workspaceId}`;
  return (
    <Layout.Header className="weft-header">
      <InnerLink to="/services" className="weft-brand">
        <img src="/weft.svg" alt="" width={26} height={26} />
        <span>Weft</span>
      </InnerLink>
      <div className="weft-header-place">
        <span className="weft-header-label">{t('top.workspace')}</span>
        <Select
          aria-label={t('top.workspace')}
          variant="filled"
          popupMatchSelectWidth={false}
          value={here}
          options={session.workspaces.map(({ tenantId, workspaceId }) => ({
            value: `${tenantId}/${workspaceId}`,
            label: `${tenantId} / ${workspaceId}`,
          }))}
          onChange={(value: string) => {
            const [tenantId = '', workspaceId = ''] = value.split('/');
            actions.selectWorkspace(tenantId, workspaceId).catch(report.failed);
          }}
        />
        <span className="weft-header-instance">
          <span className="weft-header-label">{t('top.instance')}</span> <code>{session.instanceId}</code>
        </span>
      </div>
      <GlobalSearch />
      <div className="weft-header-end">
        <Tooltip title={t(live ? 'top.live-hint' : 'top.polling-hint')}>
          <Tag color={live ? 'success' : 'default'} variant="outlined" role="status" tabIndex={0}>
            {t(live ? 'top.live' : 'top.polling')}
          </Tag>
        </Tooltip>
        <Dropdown
          trigger={['click']}
          menu={{
            selectedKeys: [language],
            items: LANGUAGES.map((key) => ({ key, label: <span lang={key}>{LANGUAGE_NAMES[key]}</span> })),
            onClick: ({ key }) => setLanguage(key === 'zh' ? 'zh' : 'en'),
          }}
        >
          <Button
            type="text"
            icon={<GlobalOutlined aria-hidden />}
            aria-label={`${t('top.language')}: ${LANGUAGE_NAMES[language]}`}
          >
            {LANGUAGE_NAMES[language]}
          </Button>
        </Dropdown>
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              {
                key: 'version',
                disabled: true,
                label: t('top.version', { version: components.data?.version ?? '–' }),
              },
              { type: 'divider' },
              {
                key: 'utc',
                label: t('top.utc'),
                icon: utc ? <CheckOutlined aria-label={t('rules.on')} /> : <span className="weft-no-icon" />,
              },
              { key: 'password', label: t('top.change-password') },
              { key: 'logout', label: t('top.logout') },
            ],
            onClick: ({ key }) => {
              if (key === 'utc') setUtc(!utc);
              if (key === 'password') setView({ dialog: 'password' });
              if (key === 'logout') actions.logout().catch(report.failed);
            },
          }}
        >
          <Button type="text" icon={<UserOutlined aria-hidden />} aria-label={t('top.user-menu', { user })}>
            {user}
            <DownOutlined aria-hidden className="weft-caret" />
          </Button>
        </Dropdown>
      </div>
      <PasswordDialog />
    </Layout.Header>
  );
}
