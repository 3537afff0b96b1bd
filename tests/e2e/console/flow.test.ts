/** A person at work: logs in, writes a rule, switches it on, rolls back; by role and name, in both languages. */
import { CONSOLE_DIRECTORY } from '@weft/console';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FixtureServer } from './fixture-server.ts';
import {
  expectAccessible,
  expectNoOverflow,
  keepPicture,
  LANGUAGES,
  openBrowser,
  openStage,
  pressAndSee,
  type Stage,
  settle,
} from './stage.ts';

const WORDS = {
  en: {
    login: 'Log in',
    user: 'User name',
    password: 'Password',
    oneTime: 'One-time password',
    next: 'New password',
    again: 'Repeat the new password',
    set: 'Set password',
    differ: 'The two passwords differ.',
    services: 'Services',
    limit: 'Rate limiting',
    add: 'Add rate-limit rule',
    name: 'Rule name',
    client: 'Client side',
    clientApp: "Client's app",
    services2: 'Referenced services',
    threshold: 'Threshold',
    unit: 'Unit of time',
    submit: 'Submit',
    needed: 'This is needed.',
    preview: '0.1/s, burst 1',
    state: 'State of e2e-rule',
    ok: 'OK',
    on: 'e2e-rule is on',
    addCondition: 'Add condition',
    operator: 'Condition 1: operator',
    regex: 'regex',
    value: 'Condition 1: value',
    bad: 'Not an expression',
    sample: 'Condition 1: Try it on a sample value',
    matches: 'matches',
    more: 'More actions for e2e-rule',
    history: 'History',
    back: 'Roll back to this',
    rolled: 'has the content of version',
    remove: 'Delete',
    gone: 'e2e-rule is deleted',
    used: 'is the name of another rule',
  },
  zh: {
    login: '登录',
    user: '用户名',
    password: '密码',
    oneTime: '一次性密码',
    next: '新密码',
    again: '再次输入新密码',
    set: '确定',
    differ: '两次输入的密码不一致。',
    services: '服务管控',
    limit: '服务限流',
    add: '添加限流规则',
    name: '规则名称',
    client: '客户端',
    clientApp: '客户端应用',
    services2: '引用的服务',
    threshold: '阈值',
    unit: '单位时间',
    submit: '提交',
    needed: '此项必填。',
    preview: '0.1/s，突发 1',
    state: 'e2e-rule 的状态',
    ok: '确定',
    on: 'e2e-rule 已开启',
    addCondition: '添加条件',
    operator: '条件 1：运算',
    regex: '正则',
    value: '条件 1：值',
    bad: '代理不支持此表达式',
    sample: '条件 1：用样例值测试',
    matches: '匹配',
    more: 'e2e-rule 的更多操作',
    history: '历史版本',
    back: '回滚到此版本',
    rolled: '已恢复为版本',
    remove: '删除',
    gone: 'e2e-rule 已删除',
    used: 'is the name of another rule',
  },
} as const;

let browser: Browser;
let server: FixtureServer;
let base: string;
let stage: Stage;

beforeAll(async () => {
  browser = await openBrowser();
});
beforeEach(async () => {
  server = new FixtureServer(CONSOLE_DIRECTORY);
  base = await server.listen();
});
afterEach(async () => {
  await stage?.context.close();
  await server?.close();
});
afterAll(() => browser?.close());

describe.each(LANGUAGES)('in %s', (language) => {
  const words = WORDS[language];

  it('logs in with the one-time password and must replace it', async () => {
    server.state.mustChangePassword = true;
    stage = await openStage(browser, base, language, 1280);
    const { page, complaints } = stage;
    await page.goto('/services?keyword=reviews');
    await page.getByRole('heading', { name: words.login }).waitFor();
    await settle(page);
    expect(complaints).toEqual([]);
    await keepPicture(page, `login-${language}-1280`);
    await expectNoOverflow(page);
    await expectAccessible(page);
    await page.getByLabel(words.user, { exact: true }).fill('admin');
    await page.getByLabel(words.password, { exact: true }).fill('wrong');
    await page.getByRole('button', { name: words.login }).click();
    await page.getByText('BAD_LOGIN').waitFor();
    await page.getByLabel(words.password, { exact: true }).fill('one-time');
    await page.getByRole('button', { name: words.login }).click();

    await page.getByLabel(words.oneTime, { exact: true }).fill('one-time');
    await page.getByLabel(words.next, { exact: true }).fill('a long new password');
    await page.getByLabel(words.again, { exact: true }).fill('another password');
    await page.getByText(words.differ).waitFor();
    await settle(page);
    await keepPicture(page, `password-${language}-1280`);
    await expectAccessible(page);
    await page.getByLabel(words.again, { exact: true }).fill('a long new password');
    await page.getByRole('button', { name: words.set }).click();
    // The address that was asked for first is shown in the end, filter included.
    await page.getByRole('heading', { name: words.services, level: 1 }).waitFor();
    await page.getByRole('link', { name: 'reviews.bookinfo:9080@Http1' }).waitFor();
    expect(await page.getByRole('link', { name: 'details.bookinfo:9080@Http1' }).count()).toBe(0);
  });

  it('writes a rule, switches it on, rolls it back and deletes it', async () => {
    server.state.loggedIn = true;
    stage = await openStage(browser, base, language, 1280, true);
    const { page, complaints } = stage;
    await page.goto('/services');
    await page.getByRole('link', { name: words.limit }).click();
    await page.getByRole('button', { name: words.add }).click();
    await page.getByRole('button', { name: words.submit, exact: true }).click();
    expect(await page.getByText(words.needed).count()).toBe(4);

    await page.getByLabel(words.name).fill('reviews-qps');
    await page.getByText(words.client, { exact: true }).click();
    await page.getByRole('combobox', { name: words.clientApp }).fill('productpage');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: words.services2 }).fill('reviews.bookinfo:9080@Http1');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByLabel(words.threshold, { exact: false }).first().fill('1');
    await page.getByLabel(words.unit).fill('10000');
    await page.getByText(words.preview).waitFor();

    await page.getByRole('button', { name: words.addCondition }).click();
    await page.getByRole('combobox', { name: words.operator }).press('ArrowDown');
    await page.locator('.ant-select-dropdown:visible').getByText(words.regex, { exact: true }).click();
    await page.getByLabel(words.value, { exact: true }).fill('(?=x)');
    await page.getByText(words.bad).first().waitFor();
    await page.getByLabel(words.value, { exact: true }).fill('^pro');
    await page.getByLabel(words.sample).fill('productpage');
    await page.getByText(words.matches, { exact: true }).waitFor();
    await settle(page);
    await keepPicture(page, `rule-filled-${language}-1280`);
    await expectAccessible(page);

    // The server refuses the name; what it said stands at the field.
    await page.getByRole('button', { name: words.submit, exact: true }).click();
    await page.getByText(words.used).first().waitFor();
    complaints.length = 0;
    await page.getByLabel(words.name).fill('e2e-rule');
    await page.getByRole('button', { name: words.submit, exact: true }).click();
    await page.getByRole('link', { name: 'e2e-rule' }).waitFor();
    const created = server.state.rules.find((rule) => rule.name === 'e2e-rule');
    expect(created).toMatchObject({
      enabled: false,
      direction: 'CLIENT',
      app: 'productpage',
      services: ['reviews.bookinfo:9080@Http1'],
      spec: { thresholdType: 'invokeTimes', threshold: 1, timeMs: 10_000 },
      conditions: [{ type: 'SYSTEM', field: 'source.app.name', operation: 'REGEX', value: ['^pro'] }],
    });

    await page.getByRole('switch', { name: words.state }).click();
    await pressAndSee(page.getByRole('dialog').getByRole('button', { name: words.ok }), words.on);
    expect(created?.enabled).toBe(true);

    await page.getByRole('button', { name: words.more }).click();
    await page.getByRole('menuitem', { name: words.history }).click();
    await page.getByRole('button', { name: words.back }).first().click();
    await pressAndSee(page.getByRole('dialog').getByRole('button', { name: words.ok, exact: true }), words.rolled);
    await page.locator('.ant-drawer-close').click();
    await page.locator('.ant-drawer-close').waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: words.more }).click();
    await page.getByRole('menuitem', { name: words.remove }).click();
    await pressAndSee(page.getByRole('dialog').getByRole('button', { name: words.remove }), words.gone);
    expect(server.state.rules.some((rule) => rule.name === 'e2e-rule')).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('says what to do where there is nothing, and what is away when a component failed', async () => {
    server.state.loggedIn = true;
    server.state.empty = true;
    server.state.failedComponent = true;
    stage = await openStage(browser, base, language, 1280, true);
    const { page } = stage;
    for (const path of ['/services', '/rules/limit', '/topology', '/proxies']) {
      await page.goto(path);
      await page.locator('.weft-empty').first().waitFor();
      await page.getByText(language === 'en' ? 'Rules cannot be pushed' : '规则无法下发').waitFor();
      await settle(page);
      await keepPicture(page, `empty${path.replaceAll('/', '-')}-${language}-1280`);
      await expectNoOverflow(page);
      await expectAccessible(page);
    }
  });
});
