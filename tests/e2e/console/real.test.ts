/** The console on the real control plane: first login, a rule from the form to the store and back, every page without a complaint. */
import type { Browser, Page } from 'playwright-core';
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

let browser: Browser;
let control: WeftProcess;
let stage: Stage;

beforeAll(async () => {
  browser = await openBrowser();
  control = await startWeft('up', '--listen', '127.0.0.1:0', '--grpc', '127.0.0.1:0', '--drm-query', 'off');
  stage = await openStage(browser, control.base, 'en', 1280);
});
afterAll(async () => {
  await browser?.close();
  await control?.stop();
});

async function judge(page: Page, name: string): Promise<void> {
  await settle(page);
  await keepPicture(page, `real-${name}-en-1280`);
  await expectNoOverflow(page);
  await expectAccessible(page);
  expect(stage.complaints, name).toEqual([]);
}

it('replaces the one-time password, writes a rule, switches it on and rolls it back', async () => {
  const { page } = stage;
  await logInFirst(page, '/rules/limit', control.oneTimePassword);
  await page.getByText('No rule of this type yet').waitFor();
  await judge(page, 'rules-empty');

  await page.getByRole('button', { name: 'Add rate-limit rule' }).first().click();
  await page.getByLabel('Rule name').fill('reviews-qps');
  await page.getByRole('switch', { name: 'Type apps and services instead of choosing' }).click();
  await page.getByLabel("Server's app").fill('reviews');
  await page.getByRole('combobox', { name: "Server's services" }).fill('reviews.bookinfo:9080@Http1');
  await page.keyboard.press('Enter');
  await page.getByLabel('Threshold').first().fill('50');
  await page.getByText('50/s, burst 50').waitFor();
  await page.getByText('50/s × 0 instances').waitFor();
  await judge(page, 'rule-form');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.getByRole('link', { name: 'reviews-qps' }).waitFor();
  await page.getByRole('switch', { name: 'State of reviews-qps' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await page.getByText('reviews-qps is on').waitFor();
  // The list is read anew behind the message.
  await page.getByRole('switch', { name: 'State of reviews-qps', checked: true }).waitFor();

  await page.getByRole('link', { name: 'reviews-qps' }).click();
  await page.getByLabel('Threshold').first().fill('100');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.getByText('Limit › Threshold').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await page.getByText('100/s, burst 100').waitFor();
  await judge(page, 'rules');

  await page.getByRole('button', { name: 'More actions for reviews-qps' }).click();
  await page.getByRole('menuitem', { name: 'History' }).click();
  await page.getByText('Limit › Threshold').waitFor();
  await judge(page, 'history');
  await page.getByRole('button', { name: 'Roll back to this' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'OK', exact: true }).click();
  await page.getByText('has the content of version').waitFor();
  await page.locator('.ant-drawer-close').click();
  await page.getByText('50/s, burst 50').waitFor();
});

it('keeps what is typed while somebody else saves the rule, shows both changes and overwrites', async () => {
  const { page, context } = stage;
  await page.goto('/rules/limit/1');
  await page.getByLabel('Threshold').first().fill('70');
  const other = await context.newPage();
  await other.goto('/rules/limit/1');
  await other.getByLabel('Threshold').first().fill('60');
  await other.getByRole('button', { name: 'Submit', exact: true }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await other.getByText('60/s, burst 60').waitFor();
  await other.close();

  const conflict = page.getByRole('alert').filter({ hasText: 'Meanwhile admin has saved version' });
  await conflict.getByRole('row', { name: /Threshold 50 60/ }).waitFor();
  await conflict.getByRole('row', { name: /Threshold 60 70/ }).waitFor();
  expect(await page.getByLabel('Threshold').first().inputValue()).toBe('70');
  expect(await page.getByRole('button', { name: 'Submit', exact: true }).isDisabled()).toBe(true);
  await judge(page, 'conflict');
  await conflict.getByRole('button', { name: 'Keep mine, overwrite theirs' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await page.getByText('70/s, burst 70').waitFor();
});

it('keeps a change as a draft, shows what it changes, publishes one and discards the next', async () => {
  const { page } = stage;
  const draft = async (threshold: string): Promise<void> => {
    await page.goto('/rules/limit/1');
    await page.getByLabel('Threshold').first().fill(threshold);
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    const confirm = page.getByRole('dialog');
    await confirm.getByLabel('Why (kept in the history)').fill('for the sale');
    await judge(page, 'confirm-draft');
    await confirm.getByRole('button', { name: 'Save as draft' }).click();
    await page.getByRole('row', { name: new RegExp(`Threshold \\d+ ${threshold}$`) }).waitFor();
    await page.getByText('for the sale').waitFor();
  };
  await draft('80');
  await judge(page, 'draft');
  // Nothing acts by it.
  await page.locator('.ant-drawer-close').click();
  await page.getByText('70/s, burst 70').waitFor();
  await page.getByRole('button', { name: 'Draft by admin: show' }).click();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByText('80/s, burst 80').waitFor();
  expect(await page.getByRole('button', { name: 'Draft by admin: show' }).count()).toBe(0);
  await draft('70');
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByText('70/s, burst 70').waitFor();
  await draft('90');
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByText('the draft is gone').waitFor();
  await page.getByText('70/s, burst 70').waitFor();
});

it('takes a change back from the audit log, after a look at what becomes of the rule, and says why another stays', async () => {
  const { page } = stage;
  const open = async (row: number): Promise<void> => {
    await page.goto('/audit?action=ms.publishLimitRuleDraft');
    await page.getByRole('button', { name: 'Details' }).nth(row).click();
    await page.getByRole('button', { name: 'Take this change back…' }).click();
  };
  await open(0);
  const dialog = page.getByRole('dialog').filter({ hasText: 'Take a change of rules back' });
  await dialog.getByRole('row', { name: /Threshold 70 80/ }).waitFor();
  await judge(page, 'take-back');
  await dialog.getByLabel('Why (kept in the history)').fill('too soon');
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('Taken back, rules: 1').waitFor();
  await page.goto('/rules/limit');
  await page.getByText('80/s, burst 80').waitFor();
  // The version after that change is not its own.
  await open(1);
  await dialog.getByText('nothing was rolled back').or(dialog.getByText('since, from change')).first().waitFor();
  expect(await dialog.getByRole('button', { name: 'Take it back' }).isDisabled()).toBe(true);
  // The browser says what was refused.
  stage.complaints.length = 0;
  await page.goto('/audit?action=ms.rollbackChanges');
  await page.getByText('tried only, nothing changed').first().waitFor();
});

it('gives a change to a part of the proxies first, pauses, goes on, gives up, and promotes the next one', async () => {
  const { page } = stage;
  const rollOut = async (threshold: string): Promise<void> => {
    await page.goto('/rules/limit/1');
    await page.getByLabel('Threshold').first().fill(threshold);
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByRole('button', { name: 'Roll out to a part first' }).click();
    await page.getByLabel('Seconds of step 1').fill('600');
    await judge(page, 'rollout-form');
    await page.getByRole('button', { name: 'Start the rollout' }).click();
    await page.getByText('No connected proxy is selected').waitFor();
  };
  await rollOut('7');
  await page.getByRole('row', { name: /Threshold 80 7/ }).waitFor();
  await judge(page, 'rollout');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('p[aria-live]').getByText('paused at 5 %').waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.getByRole('button', { name: 'Give up' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Give up' }).last().click();
  await page.getByText('The rule is on at every proxy').waitFor();
  await page.locator('.ant-drawer-close').click();
  await page.getByText('80/s, burst 80').waitFor();

  await rollOut('8');
  await page.locator('.ant-drawer-close').click();
  await page.getByRole('button', { name: 'New: 5 %' }).click();
  await page.getByRole('button', { name: 'Give it to all' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Give it to all' }).last().click();
  await page.getByText('The rule is on at every proxy').waitFor();
  await judge(page, 'rollout-past');
  await page.locator('.ant-drawer-close').click();
  await page.getByText('8/s, burst 8').waitFor();
});

it.each([
  ['services', '/services', 'No service here yet'],
  ['topology', '/topology', 'No call in this time'],
  ['proxies', '/proxies', 'No proxy has reported yet'],
  ['explain', '/explain', 'Fill in the form'],
  ['audit', '/audit', 'gave a rollout to every proxy'],
  ['push', '/rules/limit?drawer=push&rule=1', 'No live proxy of this app'],
])('shows %s', async (name, address, words) => {
  const { page } = stage;
  await page.goto(address);
  await page.getByText(words).first().waitFor();
  await judge(page, name);
});
