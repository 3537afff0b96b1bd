import {
  ApartmentOutlined,
  AuditOutlined,
  ClusterOutlined,
  DashboardOutlined,
  DeploymentUnitOutlined,
  QuestionCircleOutlined,
} from '@ant-design/icons';
import { Menu } from 'antd';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/index.ts';
import { useCan } from '../services/session.ts';
import { InnerLink } from '../ui/inner-link.tsx';
import { type MenuEntry, visibleMenu } from './menu-entries.ts';

const ICONS: Readonly<Record<MenuEntry['icon'], ReactNode>> = {
  services: <ClusterOutlined aria-hidden />,
  limit: <DashboardOutlined aria-hidden />,
  proxies: <DeploymentUnitOutlined aria-hidden />,
  topology: <ApartmentOutlined aria-hidden />,
  explain: <QuestionCircleOutlined aria-hidden />,
  audit: <AuditOutlined aria-hidden />,
};

export function SideMenu({ path }: { readonly path: string }) {
  const { t } = useI18n();
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
            icon: ICONS[entry.icon],
            label: <InnerLink to={entry.path}>{t(entry.label)}</InnerLink>,
          })),
        }))}
      />
    </nav>
  );
}
