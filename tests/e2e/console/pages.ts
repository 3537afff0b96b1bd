import { RULE_KINDS } from '@weft/api';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { FAILING, REVIEWS } from './fixture-data.ts';
import { TRACE } from './fixture-records.ts';
import type { Language } from './stage.ts';

export interface PageCase {
  readonly name: string;
  readonly path: string;
  /** What stands on the page once it is filled; by the words of the language. */
  readonly ready: (page: Page, language: Language) => Promise<unknown>;
  /** What is done before it is looked at. */
  readonly act?: (page: Page, language: Language) => Promise<unknown>;
  /** Answers that the browser writes about because they are errors: here they are meant. */
  readonly refused?: 404 | 503;
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
/** The graph comes in a file of its own: its controls, and those that need the figures of both ends, may be there last. */
const graph = async (page: Page): Promise<void> => {
  await page.locator('.weft-graph-canvas canvas').first().waitFor();
};
const chartsOverGraph = async (page: Page): Promise<void> => {
  await charts(page);
  await graph(page);
};

/** Nothing of a list is behind the edge of its card in the narrowest window. */
const expectWholeTable = async (page: Page): Promise<void> => {
  const { scrollWidth, clientWidth } = await page
    .locator('.weft-table .ant-table-content')
    .first()
    .evaluate((table) => ({
      scrollWidth: table.scrollWidth,
      clientWidth: table.clientWidth,
    }));
  expect(scrollWidth, 'pixels of the list').toBeLessThanOrEqual(clientWidth);
};

/** Nothing is cut off of what has a title that the selector finds. */
const expectWhole = async (page: Page, titled: string): Promise<void> => {
  const all = page.locator(`.weft-table tbody ${titled}`);
  const cut = await all.evaluateAll((ids) =>
    ids
      .flatMap((id) => [id, ...id.querySelectorAll(':scope > [aria-hidden]')])
      .filter((element) => element.scrollWidth > element.clientWidth && element.clientWidth > 0)
      .map(({ textContent }) => textContent),
  );
  expect(cut, 'what is cut off').toEqual([]);
  expect(await all.count()).toBeGreaterThan(0);
};
/** Names of services differ in the middle. */
const expectWholeServices = (page: Page) => expectWhole(page, '[title*="@"]');
/** A name of usual length, that of the demo. */
const expectWholeApps = (page: Page) => expectWhole(page, '[title="productpage"]');

/** Every page, tab and drawer, by its address. */
export const PAGES: readonly PageCase[] = [
  { name: 'services', path: '/services', ready: text('productpage.bookinfo:9080@Http1') },
  {
    name: 'search',
    path: '/services',
    ready: text('productpage.bookinfo:9080@Http1'),
    act: async (page, language) => {
      await page
        .getByRole('combobox', { name: language === 'en' ? 'Search everything' : '全局搜索' })
        .pressSequentially('reviews');
      await page.locator('.weft-search-hit').getByText('weft-reviews-4').waitFor();
    },
  },
  {
    name: 'search-none',
    path: '/services',
    ready: text('productpage.bookinfo:9080@Http1'),
    act: async (page, language) => {
      await page
        .getByRole('combobox', { name: language === 'en' ? 'Search everything' : '全局搜索' })
        .fill('nobody-is-called-so');
      await page.getByText(language === 'en' ? 'Nothing has this in its name.' : '没有匹配的结果。').waitFor();
    },
  },
  {
    name: 'service-providers',
    path: SERVICE,
    ready: words('left out by 1 of 1 caller', '1 个调用方中 1 个已将其隔离'),
  },
  { name: 'service-consumers', path: `${SERVICE}?tab=consumers`, ready: text('10.0.3.9') },
  { name: 'service-rules', path: `${SERVICE}?tab=rules`, ready: text('reviews-vip') },
  { name: 'service-traffic', path: `${SERVICE}?tab=traffic`, ready: charts },
  { name: 'service-methods', path: `${SERVICE}?tab=methods`, ready: text('GET /reviews/0') },
  {
    name: 'rules',
    path: '/rules/limit',
    ready: text('reviews-qps'),
    act: async (page) => {
      await expectWholeTable(page);
      await expectWholeServices(page);
    },
  },
  {
    name: 'rules-import-unchanged',
    path: '/rules/limit?dialog=import',
    ready: words('Choose a file', '选择文件'),
    act: async (page, language) => {
      const rules = ['reviews-qps', 'reviews-vip'].map((name) => ({ name, app: 'reviews' }));
      const file = JSON.stringify({ format: 'weft-rules/v1', type: 'LIMIT', rules });
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'rules.json', mimeType: 'application/json', buffer: Buffer.from(file) });
      await page.getByRole('dialog').getByText('reviews-vip').waitFor();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: language === 'en' ? 'Import' : '导入', exact: true })
        .click();
      await page
        .getByText(language === 'en' ? 'Nothing was imported: 2 rules unchanged' : '未导入规则：2\u00a0条无变化')
        .waitFor();
    },
  },
  { name: 'rule-push', path: '/rules/limit?drawer=push&rule=342', ready: words('Retry push', '重试推送') },
  {
    name: 'rule-history',
    path: '/rules/limit?drawer=history&rule=341',
    ready: words('Limit › Threshold', '限流 › 阈值'),
  },
  {
    name: 'rule-rollout',
    path: '/rules/limit?drawer=rollout&rule=342',
    ready: words('Give it to all', '全量发布'),
  },
  {
    name: 'rule-rollout-start',
    path: '/rules/limit?drawer=rollout&rule=343',
    ready: words('Given up by itself', '已自动放弃'),
  },
  { name: 'fuse-rule', path: '/rules/fuse/401', ready: words('Close all', '全部恢复') },
  { name: 'auth-lists', path: '/rules/auth?drawer=lists', ready: words('the whole app', '整个应用') },
  {
    name: 'rule-why',
    path: '/rules/limit?drawer=why&rule=341',
    ready: words('See the push, and push again', '查看推送并重试'),
  },
  {
    name: 'rule-backtest',
    path: '/rules/limit/341',
    ready: words('Try on the last 10 minutes', '用最近 10 分钟的请求试算'),
    act: async (page, language) => {
      await page.getByText(language === 'en' ? 'Try on the last 10 minutes' : '用最近 10 分钟的请求试算').click();
      await page.getByText('10.0.3.77').waitFor();
    },
  },
  {
    name: 'rule-downgrade-trial',
    path: `/rules/downgrade/new?app=productpage&service=${encodeURIComponent(REVIEWS)}`,
    ready: words('Submit and enable', '提交并启用'),
    act: async (page, language) => {
      await page.getByLabel(language === 'en' ? 'Rule name' : '规则名称').fill('reviews-off');
      await page.getByText(language === 'en' ? 'Given answer' : '返回指定内容', { exact: true }).click();
      await page.getByText(language === 'en' ? 'Try on the last 10 minutes' : '用最近 10 分钟的请求试算').click();
      await page.getByText('10.0.3.77').waitFor();
      const cut = await page
        .locator('.weft-backtest-rows th')
        .evaluateAll((heads) => heads.filter((head) => head.scrollWidth > head.clientWidth).map((h) => h.textContent));
      expect(cut, 'heads that are wider than their columns').toEqual([]);
    },
  },
  {
    name: 'trace',
    path: `/explain?mode=trace&trace=${TRACE}`,
    ready: text('reviews-gray'),
    act: async (page) => {
      const rules = page.locator('.weft-recent-requests');
      expect(await rules.getByRole('link', { name: 'reviews-qps' }).getAttribute('href')).toBe('/rules/limit/341');
      // One that was deleted meanwhile has no page.
      await rules.getByText('#307').waitFor();
      expect(await rules.getByRole('link', { name: '#307' }).count()).toBe(0);
    },
  },
  {
    name: 'trace-none',
    path: '/explain?mode=trace&trace=nobody',
    ready: words('No proxy remembers', '没有代理保留此请求'),
  },
  { name: 'rule-hits', path: '/rules/limit?drawer=hits&rule=341', ready: charts },
  {
    name: 'rule-new',
    path: '/rules/limit/new?app=reviews&direction=CLIENT',
    ready: words('Submit and enable', '提交并启用'),
  },
  { name: 'rule-edit', path: '/rules/limit/342', ready: words('3 instances = 300/s', '3 个实例 = 300/s') },
  {
    name: 'rule-json',
    path: '/rules/limit/342?tab=json',
    ready: words('Document that proxies get', '下发给代理的文档'),
  },
  { name: 'topology', path: '/topology', ready: graph },
  { name: 'topology-node', path: '/topology?node=reviews-v2', ready: chartsOverGraph },
  { name: 'topology-edge', path: '/topology?edge=productpage%3Ereviews-v2', ready: chartsOverGraph },
  {
    name: 'topology-range',
    path: '/topology?view=list',
    ready: text('reviews v2'),
    act: async (page, language) => {
      await page.getByRole('combobox', { name: language === 'en' ? 'Time range' : '时间范围' }).click();
      await page.getByTitle(language === 'en' ? 'From … to …' : '自定义…').click();
      await page
        .getByRole('dialog')
        .getByLabel(language === 'en' ? 'From' : '开始时间')
        .waitFor();
    },
  },
  {
    name: 'topology-fixed',
    path: '/topology?view=list&start=2026-01-31T12%3A00%3A00Z&end=2026-01-31T13%3A00%3A00Z',
    ready: text('reviews v2'),
  },
  { name: 'topology-list', path: '/topology?view=list', ready: text('reviews v2') },
  { name: 'proxies', path: '/proxies', ready: text('weft-gateway-1') },
  { name: 'proxy', path: '/proxies?proxy=proxy-6', ready: words('Health components', '健康组件') },
  { name: 'proxy-rules', path: '/proxies?proxy=proxy-6&tab=rules', ready: text('flowControlRules/0/threshold') },
  { name: 'proxy-registry', path: '/proxies?proxy=proxy-6&tab=registry', ready: text('10.0.3.11:9080') },
  { name: 'proxy-config', path: '/proxies?proxy=proxy-6&tab=config', ready: text('listener-3') },
  {
    name: 'proxy-compare',
    path: '/proxies?proxy=proxy-4&tab=config&with=proxy-5',
    ready: text('/listeners/[listener-3]/idle_timeout'),
  },
  { name: 'proxy-metrics', path: '/proxies?proxy=proxy-6&tab=metrics', ready: text('weft_requests_total') },
  { name: 'proxy-logs', path: '/proxies?proxy=proxy-6&tab=logs', ready: text('/var/log/weft/fuse.log') },
  {
    name: 'proxy-log-level',
    path: '/proxies?proxy=proxy-6&tab=logs',
    ready: text('/var/log/weft/fuse.log'),
    act: async (page, language) => {
      await page
        .getByRole('button', { name: language === 'en' ? 'Set log level' : '设置日志级别' })
        .last()
        .click();
      await page.getByText(language === 'en' ? 'Falls back after' : '自动恢复时间').waitFor();
    },
  },
  {
    name: 'explain',
    path: '/explain?proxy=proxy-4&host=reviews.bookinfo%3A9080&path=%2Freviews%2F0',
    ready: words('press Explain', '点击“诊断”'),
  },
  {
    name: 'explain-rpc',
    path: '/explain?proxy=proxy-4&protocol=tri&method=get',
    ready: words(
      'as its rules name it, such as com.example.RatingService:1.0:blue',
      '与规则中的写法相同，例如 com.example.RatingService:1.0:blue',
    ),
  },
  {
    name: 'explained',
    path: '/explain?proxy=proxy-4&host=reviews.bookinfo%3A9080&path=%2Freviews%2F0',
    ready: words('press Explain', '点击“诊断”'),
    act: async (page, language) => {
      await page.getByRole('button', { name: language === 'en' ? 'Explain' : '诊断', exact: true }).click();
      await page
        .getByText(language === 'en' ? 'The rule reviews-qps refuses it.' : '被规则 reviews-qps 拒绝。')
        .waitFor();
      await page.getByText(language === 'en' ? '0.2 of 100 tokens left' : '剩余令牌 0.2 / 100').waitFor();
    },
  },
  { name: 'audit', path: '/audit', ready: text('ci-deploy') },
  {
    name: 'audit-detail',
    path: '/audit',
    ready: text('ci-deploy'),
    act: async (page, language) => {
      await page
        .getByRole('button', { name: language === 'en' ? 'Details' : '详情' })
        .first()
        .click();
      await page
        .getByRole('dialog')
        .getByText(language === 'en' ? 'Limit › Threshold' : '限流 › 阈值')
        .waitFor();
    },
  },
  {
    name: 'audit-take-back',
    path: '/audit',
    ready: text('ci-deploy'),
    act: async (page, language) => {
      await page
        .getByRole('button', { name: language === 'en' ? 'Details' : '详情' })
        .first()
        .click();
      await page.getByRole('button', { name: language === 'en' ? 'Take this change back…' : '撤销此变更…' }).click();
      await page.getByRole('link', { name: 'ratings/ratings-callers' }).waitFor();
    },
  },
  // The pages of the other types of rules follow from their schemas.
  ...RULE_KINDS.filter(({ segment }) => segment !== 'limit').flatMap(({ segment }): PageCase[] => [
    {
      name: `rules-${segment}`,
      path: `/rules/${segment}`,
      ready: segment === 'isolate' ? text('ratings-slow') : words('No rule of this type yet', '暂无此类规则'),
      act: async (page) => {
        await expectWholeTable(page);
        if (segment === 'isolate') await expectWholeApps(page);
      },
    },
    {
      name: `rule-${segment}-new`,
      path: `/rules/${segment}/new?app=reviews`,
      ready: words('Submit and enable', '提交并启用'),
    },
  ]),
  {
    name: 'services-none-fits',
    path: '/services?keyword=nothing-has-this-name',
    ready: words('No service fits the filter', '没有符合筛选条件的服务'),
  },
  {
    name: 'service-gone',
    path: '/services/gone.bookinfo%3A9080%40Http1',
    ready: words('This service is not here, or no longer', '该服务不存在或已下线'),
    refused: 404,
  },
  { name: 'rule-gone', path: '/rules/limit/9999', ready: words('There is no such rule', '该规则不存在'), refused: 404 },
  {
    name: 'proxy-gone',
    path: '/proxies?proxy=gone',
    ready: words('There is no such proxy', '该代理不存在'),
    refused: 404,
  },
  {
    name: 'topology-gone',
    path: '/topology?node=gone',
    ready: words('Not in the topology at present', '当前拓扑中没有此对象'),
    refused: 404,
  },
  {
    name: 'list-failed',
    path: `/services?keyword=${FAILING}`,
    ready: words('The database could not be read', '数据库读取失败'),
    refused: 503,
  },
  { name: 'no-such-page', path: '/nothing/here', ready: words('There is no such page', '控制台没有此页面') },
  { name: 'no-such-rules', path: '/rules/nothing', ready: words('There is no such page', '控制台没有此页面') },
];
