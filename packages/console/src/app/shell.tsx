import { Outlet, useRouterState } from '@tanstack/react-router';
import { Layout } from 'antd';
import { type ReactNode, useState } from 'react';
import { useI18n } from '../i18n/index.ts';
import { useServerEvents } from '../services/events.ts';
import { ComponentBanner } from './component-banner.tsx';
import { SideMenu } from './side-menu.tsx';
import { TopBar } from './top-bar.tsx';

/** What surrounds every page: top bar, menu, and banners of components that are away. */
export function Shell({ children }: { readonly children?: ReactNode }) {
  const { t } = useI18n();
  const live = useServerEvents();
  /** A narrow window shows the menu as icons. */
  const [narrow, setNarrow] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <Layout className="weft-shell">
      <a className="weft-skip" href="#content">
        {t('app.skip')}
      </a>
      <TopBar live={live} />
      <Layout hasSider className="weft-body">
        <Layout.Sider
          width={200}
          collapsedWidth={58}
          breakpoint="lg"
          trigger={null}
          collapsible
          collapsed={narrow}
          onBreakpoint={setNarrow}
          theme="light"
          className="weft-sider"
        >
          <SideMenu path={path} />
        </Layout.Sider>
        <div className="weft-content">
          <ComponentBanner />
          {children ?? <Outlet />}
        </div>
      </Layout>
    </Layout>
  );
}
