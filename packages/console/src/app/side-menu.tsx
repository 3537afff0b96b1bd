import {
  ApartmentOutlined,
  ArrowDownOutlined,
  AuditOutlined,
  BranchesOutlined,
  BugOutlined,
  ClusterOutlined,
  ControlOutlined,
  CopyOutlined,
  DashboardOutlined,
  DeploymentUnitOutlined,
  DisconnectOutlined,
  LockOutlined,
  QuestionCircleOutlined,
  StopOutlined,
  SwapOutlined,
  TranslationOutlined,
} from '@ant-design/icons';
import { Menu } from 'antd';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/index.ts';
import { useCan } from '../services/session.ts';
import { InnerLink } from '../ui/inner-link.tsx';
import { kindText } from '../ui/rule-kinds/index.ts';
import { visibleMenu } from './menu-entries.ts';

const ICONS: Readonly<Record<string, ReactNode>> = {
  limit: <DashboardOutlined aria-hidden />,
  route: <BranchesOutlined aria-hidden />,
  auth: <LockOutlined aria-hidden />,
  fuse: <DisconnectOutlined aria-hidden />,
  'fault-inject': <BugOutlined aria-hidden />,
  isolate: <StopOutlined aria-hidden />,
  downgrade: <ArrowDownOutlined aria-hidden />,
  mirror: <CopyOutlined aria-hidden />,
  hijack: <SwapOutlined aria-hidden />,
  mapping: <TranslationOutlined aria-hidden />,
  services: <ClusterOutlined aria-hidden />,
  proxies: <DeploymentUnitOutlined aria-hidden />,
  topology: <ApartmentOutlined aria-hidden />,
  explain: <QuestionCircleOutlined aria-hidden />,
  audit: <AuditOutlined aria-hidden />,
};

export function SideMenu({ path }: { readonly path: string }) {
  const { t, format, language } = useI18n();
  const menu = visibleMenu(useCan());
  const selected = menu.flatMap((group) => group.entries).find((entry) => path.startsWith(entry.path));
  return (
    <nav aria-label={t('menu.label')}>
      <Menu
        mode="inline"
        selectedKeys={selected === undefined ? [] : [selected.path]}
        items={menu.map((group) => ({
          type: 'group',
          key: group.label,
          label: t(group.label),
          children: group.entries.map((entry) => ({
            key: entry.path,
            icon: ICONS[entry.icon] ?? <ControlOutlined aria-hidden />,
            label: (
              <InnerLink to={entry.path}>
                {typeof entry.label === 'string'
                  ? t(entry.label)
                  : kindText(entry.label, 'title', { t, format, language })}
              </InnerLink>
            ),
          })),
        }))}
      />
    </nav>
  );
}
