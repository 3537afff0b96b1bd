import { App, ConfigProvider, type ThemeConfig } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/index.ts';

const THEME: ThemeConfig = {
  token: {
    // What comes stands at its place at once: an entry of a menu that was on its way was elsewhere when the button of the mouse
    // came up, and the press was lost. Slow machines draw it late, and it moved under the mouse.
    motion: false,
    colorPrimary: '#1d39c4',
    colorInfo: '#1d39c4',
    colorLink: '#1d39c4',
    // The library lightens a link below the mouse, to 3.3:1 on grey.
    colorLinkHover: '#10239e',
    colorLinkActive: '#10239e',
    colorSuccess: '#237804',
    colorSuccessBg: '#f6ffed',
    colorSuccessBorder: '#95de64',
    colorWarning: '#ad4e00',
    colorWarningBg: '#fff7e6',
    colorWarningBorder: '#ffc069',
    colorError: '#cf1322',
    // Grey text that still has 4.5:1 on white.
    colorTextPlaceholder: '#6b7280',
    colorTextDescription: '#595f6b',
    colorTextTertiary: '#595f6b',
    colorTextDisabled: '#6b7280',
    colorBgLayout: '#f4f6fa',
    borderRadius: 6,
    fontFamily:
      "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans', 'Noto Sans CJK SC', sans-serif",
    fontFamilyCode: "'SFMono-Regular', Consolas, 'Liberation Mono', Menlo, 'Noto Sans Mono', monospace",
  },
  components: {
    Table: { headerBg: '#f7f8fb', headerColor: '#3b4252', cellPaddingBlockMD: 10, headerSplitColor: 'transparent' },
    Menu: { itemHeight: 34, itemSelectedBg: '#e8ecfb', itemSelectedColor: '#1d39c4' },
    Descriptions: { labelColor: '#595f6b' },
  },
};

export function Theme({ children }: { readonly children: ReactNode }) {
  const { language } = useI18n();
  return (
    <ConfigProvider theme={THEME} locale={language === 'zh' ? zh : en} button={{ autoInsertSpace: false }}>
      {/* One at a time, where neither filters nor the figures of drawers stand. */}
      <App className="weft-root" message={{ top: 'calc(100vh - 72px)', maxCount: 1 }} notification={{ maxCount: 1 }}>
        {children}
      </App>
    </ConfigProvider>
  );
}
