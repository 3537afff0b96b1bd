import type { Page } from 'playwright-core';
import { REVIEWS } from './fixture-data.ts';
import type { Language } from './stage.ts';

export interface PageCase {
  readonly name: string;
  readonly path: string;
  /** What stands on the page once it is filled; by the words of the language. */
  readonly ready: (page: Page, language: Language) => Promise<unknown>;
}

const SERVICE = `/services/${encodeURIComponent(REVIEWS)}`;
const text = (words: string) => (page: Page) => page.getByText(words).first().waitFor();
const words =
  (en: string, zh: string) =>
  (page: Page, language: Language): Promise<unknown> =>
    page
      .getByText(language === 'en' ? en : zh)
      .first()
      .waitFor();
const charts = async (page: Page): Promise<void> => {
  await page.locator('.weft-chart-canvas canvas').first().waitFor();
};

/** Every page, tab and drawer, by its address. */
export const PAGES: readonly PageCase[] = [
  { name: 'services', path: '/services', ready: text('productpage.bookinfo:9080@Http1') },
  { name: 'service-providers', path: SERVICE, ready: text('10.0.3.11') },
  { name: 'service-consumers', path: `${SERVICE}?tab=consumers`, ready: text('10.0.3.9') },
  { name: 'service-rules', path: `${SERVICE}?tab=rules`, ready: text('reviews-vip') },
  { name: 'service-traffic', path: `${SERVICE}?tab=traffic`, ready: charts },
  { name: 'rules', path: '/rules/limit', ready: text('reviews-qps') },
  { name: 'rule-push', path: '/rules/limit?drawer=push&rule=342', ready: words('Retry push', '重试推送') },
  { name: 'rule-history', path: '/rules/limit?drawer=history&rule=341', ready: text('/spec/threshold') },
  { name: 'rule-hits', path: '/rules/limit?drawer=hits&rule=341', ready: charts },
  {
    name: 'rule-new',
    path: '/rules/limit/new?app=reviews&direction=CLIENT',
    ready: words('Submit and enable', '提交并启用'),
  },
  { name: 'rule-edit', path: '/rules/limit/342', ready: words('3 instance(s) = 300/s', '3 个实例 = 300/s') },
  {
    name: 'rule-json',
    path: '/rules/limit/342?tab=json',
    ready: words('Document that proxies get', '下发给代理的文档'),
  },
  { name: 'topology', path: '/topology', ready: (page) => page.locator('.weft-graph-canvas canvas').first().waitFor() },
  { name: 'topology-node', path: '/topology?node=reviews-v2', ready: charts },
  { name: 'topology-edge', path: '/topology?edge=productpage%3Ereviews-v2', ready: charts },
  { name: 'topology-list', path: '/topology?view=list', ready: text('reviews v2') },
  { name: 'proxies', path: '/proxies', ready: text('weft-gateway-1') },
  { name: 'proxy', path: '/proxies?proxy=proxy-6', ready: words('Health components', '健康组件') },
  { name: 'proxy-rules', path: '/proxies?proxy=proxy-6&tab=rules', ready: text('flowControlRules/0/threshold') },
  { name: 'proxy-registry', path: '/proxies?proxy=proxy-6&tab=registry', ready: text('10.0.3.11:9080') },
  { name: 'proxy-config', path: '/proxies?proxy=proxy-6&tab=config', ready: text('listener-3') },
  {
    name: 'explain',
    path: '/explain?proxy=proxy-4&host=reviews.bookinfo%3A9080&path=%2Freviews%2F0',
    ready: words('press Explain', '点击“诊断”'),
  },
  { name: 'audit', path: '/audit', ready: text('ci-deploy') },
];
