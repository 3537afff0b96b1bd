/** The console on a mesh with traffic: a rule limits, the topology says so, it is rolled back and limits no more. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  expectAccessible,
  expectNoOverflow,
  keepPicture,
  openBrowser,
  openStage,
  type Stage,
  settle,
} from './stage.ts';
import { logInFirst, startWeft, type WeftProcess } from './weft-process.ts';

const RATINGS = 'com.weft.bookinfo.RatingsService:1.0@DEFAULT';
const RULE = 'ratings-qps';

let browser: Browser;
let demo: WeftProcess;
let stage: Stage;

beforeAll(async () => {
  browser = await openBrowser();
  demo = await startWeft('demo', '--port', '0', '--page-port', '0', '--rate', '20');
  stage = await openStage(browser, demo.base, 'en', 1280);
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

async function judge(name: string): Promise<void> {
  const { page, complaints } = stage;
  await settle(page);
  await keepPicture(page, `mesh-${name}-en-1280`);
  await expectNoOverflow(page);
  await expectAccessible(page);
  expect(complaints.splice(0), name).toEqual([]);
}

it('shows who calls whom as soon as somebody is logged in', async () => {
  const { page } = stage;
  await logInFirst(page, '/topology', demo.oneTimePassword);
  await page.getByRole('img', { name: /^Graph of 5 nodes and 4 edges/ }).waitFor();
  await page.getByText(/^Figures since \d\d:\d\d · Data is \d+\ss old$/).waitFor();
  await judge('topology');
});

it('limits by a rule from the form, shows it in the topology and rolls it back', async () => {
  const { page } = stage;
  const threshold = page.getByLabel('Threshold').first();
  const limited = page
    .getByRole('row')
    .filter({ has: page.getByRole('button', { name: 'ratings', exact: true }) })
    .getByText(/^refused [\d,]+ in /);
  await page.getByRole('link', { name: 'Rate limiting' }).click();
  await page.getByRole('button', { name: 'Add rate-limit rule' }).first().click();
  await page.getByLabel('Rule name').fill(RULE);
  await page.getByRole('combobox', { name: "Server's app" }).fill('ratings');
  await page.getByRole('option', { name: 'ratings' }).waitFor({ state: 'attached' });
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: "Server's services" }).fill(RATINGS);
  await page.getByRole('option', { name: RATINGS }).waitFor({ state: 'attached' });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await threshold.fill('1000');
  await page.getByText('1,000/s × 1 instance =').waitFor();
  await judge('rule-form');
  await page.getByRole('button', { name: 'Submit and enable' }).click();
  await page.getByText('1,000/s, burst 1,000').waitFor();

  await page.getByRole('link', { name: RULE }).click();
  await threshold.fill('1');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await page.getByRole('link', { name: RULE }).waitFor();
  await page.getByText('1/s, burst 1').first().waitFor();
  await page.goto('/topology?view=list');
  await limited.first().waitFor();
  await judge('limited-list');
  await page.goto('/topology');
  await page.getByRole('img', { name: /^Graph of 5 nodes/ }).waitFor();
  await judge('limited');

  await page.goto('/rules/limit');
  await page
    .getByRole('row', { name: RULE })
    .getByRole('button', { name: /^[\d,]+$/ })
    .click();
  await page.getByRole('dialog').getByRole('cell', { name: 'refused' }).first().waitFor();
  await judge('samples');
  await page.locator('.ant-drawer-close').click();
  await page.getByRole('link', { name: 'Rate limiting' }).click();
  await page.getByRole('button', { name: `More actions for ${RULE}` }).click();
  await page.getByRole('menuitem', { name: 'Push detail' }).click();
  await page.getByText('Applied').first().waitFor();
  await judge('push');
  await page.locator('.ant-drawer-close').click();
  await page.getByRole('button', { name: `More actions for ${RULE}` }).click();
  await page.getByRole('menuitem', { name: 'History' }).click();
  await page.getByRole('button', { name: 'Roll back to this' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'OK', exact: true }).click();
  await page.getByText('has the content of version').waitFor();
  await page.locator('.ant-drawer-close').click();
  await page.getByText('1,000/s, burst 1,000').waitFor();
  await judge('rolled-back');
});

it.each([
  ['services', '/services', RATINGS],
  ['service', `/services/${encodeURIComponent('reviews.bookinfo:9080@Http1')}`, 'v2'],
  ['traffic', `/services/${encodeURIComponent('reviews.bookinfo:9080@Http1')}?tab=traffic`, 'Response time'],
  ['methods', `/services/${encodeURIComponent(RATINGS)}?tab=methods`, 'No method is known'],
  ['by-version', '/topology?groupBy=version&view=list', 'reviews v3'],
  ['proxies', '/proxies', 'reviews v3'],
  ['audit', '/audit', 'rolled a rule back'],
])('shows %s', async (name, address, words) => {
  const { page } = stage;
  await page.goto(address);
  await page.getByText(words).first().waitFor();
  await judge(name);
});

it('shows a proxy with its rules, services, configuration and environment', async () => {
  const { page } = stage;
  await page.goto('/proxies');
  await page.getByRole('button', { name: 'ratings', exact: true }).click();
  const drawer = page.getByRole('dialog');
  for (const [tab, words] of [
    ['Rules', 'Applied'],
    ['Registry', RATINGS],
    ['Configuration', '"servers"'],
    ['Environment', 'NODE_OPTIONS'],
    ['Logs', 'INFO'],
    ['Metrics', 'weft_proxy_state'],
  ] as const) {
    await drawer.getByRole('tab', { name: tab }).click();
    await drawer.getByText(words).first().waitFor();
    await judge(`proxy-${tab.toLowerCase()}`);
  }
});

it('sets the level of a log of a proxy for a time, and says which proxies are configured otherwise', async () => {
  const { page } = stage;
  await page.goto('/proxies');
  await page.getByRole('button', { name: 'ratings', exact: true }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('tab', { name: 'Logs' }).click();
  await drawer.getByRole('button', { name: 'Set log level' }).click();
  await page.getByRole('combobox', { name: 'Log', exact: true }).fill('*');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await page.getByText('DEBUG for 10 minutes').waitFor();
  await drawer.getByRole('cell', { name: 'DEBUG' }).first().waitFor();
  await drawer.getByRole('tab', { name: 'Configuration' }).click();
  await drawer.getByRole('combobox', { name: 'Compare with another proxy' }).fill('details');
  await page.locator('.ant-select-item-option-active', { hasText: 'details' }).waitFor();
  await page.keyboard.press('Enter');
  await drawer.getByText(/places? differs?\./).waitFor();
  await judge('proxy-compare');
});

it('finds a rule by the search', async () => {
  const { page } = stage;
  await page.keyboard.press('Escape');
  await page.goto('/services');
  await page.getByRole('combobox', { name: 'Search everything' }).pressSequentially(RULE);
  await page.locator('.weft-search-hit').getByText(RULE).waitFor();
  await judge('search');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/rules\/limit\/\d+$/);
});

it('explains where a request goes, by the proxy that would send it', async () => {
  const { page } = stage;
  await page.goto('/explain?host=reviews.bookinfo%3A9080&path=%2Freviews%2F0');
  await page.getByRole('combobox', { name: 'Proxy' }).fill('productpage');
  // The list of proxies may still be on its way: Enter chooses what is marked.
  await page.locator('.ant-select-item-option-active', { hasText: 'productpage' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  await page.getByText('It goes to reviews.bookinfo:9080@Http1').waitFor();
  await judge('explain');
});
