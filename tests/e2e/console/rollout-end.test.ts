/** What becomes of a rollout while somebody looks at it, and of a rule that its author may not put in force, in both languages. */
import { message, messageText } from '@weft/api/messages';
import { afterEach, describe, expect, it } from 'vitest';
import * as data from './fixture-data.ts';
import { onFixtures } from './on-fixtures.ts';
import {
  expectAccessible,
  expectNoOverflow,
  keepPicture,
  LANGUAGES,
  openStage,
  resize,
  type Stage,
  settle,
  WIDTHS,
} from './stage.ts';

const fixtures = onFixtures();
let stage: Stage;
afterEach(() => stage?.context.close());

const WORDS = {
  en: {
    live: 'Give it to all',
    halted: 'Given up by itself',
    why: 'errors: found 31.2 %, with the others 0.4 %',
    now: 'The rule is off again, as before',
    todo: 'Look at these proxies and their requests for the cause',
    again: 'Begin another rollout',
    start: 'Start the rollout',
    promoted: 'The new content is in force at every proxy',
    on: 'OK',
    switch: 'State of ratings-concurrency',
    fourEyes: 'with its switch in the list of rules',
    waiting: 'may still apply it',
    off: 'No proxy applies it',
  },
  zh: {
    live: '全量发布',
    halted: '已自动放弃',
    why: '错误率',
    now: '规则已恢复为关闭状态',
    todo: '请查看这些代理及其请求',
    again: '重新发起灰度发布',
    start: '开始灰度发布',
    promoted: '新内容已对全部代理生效',
    on: '确定',
    switch: 'ratings-concurrency 的状态',
    fourEyes: '在规则列表中打开其开关',
    waiting: '可能仍在执行此规则',
    off: '不在任何代理上生效',
  },
} as const;

describe.each(LANGUAGES)('in %s', (language) => {
  const words = WORDS[language];
  const judge = async (name: string): Promise<void> => {
    for (const width of WIDTHS) {
      await resize(stage.page, width);
      await settle(stage.page);
      await keepPicture(stage.page, `${name}-${language}-${width}`);
      await expectNoOverflow(stage.page);
      await expectAccessible(stage.page);
    }
    await resize(stage.page, WIDTHS[0]);
  };
  const open = async (path: string): Promise<Stage['page']> => {
    stage = await openStage(fixtures.browser, fixtures.base, language, WIDTHS[0], true);
    await stage.page.goto(path);
    return stage.page;
  };
  const underWay = { ...data.rollout, rolloutId: 14, ruleDbId: 343 };
  const earlier = { ...data.haltedRollout, state: 'PROMOTED' as const, breach: null, history: [] };

  it('leaves a rollout that gives up by itself on the screen, with why, what is in force and what to do', async () => {
    fixtures.server.state.rollouts = [underWay, earlier];
    const page = await open('/rules/limit?drawer=rollout&rule=343');
    await page.getByRole('button', { name: words.live }).waitFor();
    const { state, endedAt, endedBy, said, breach, history } = data.haltedRollout;
    fixtures.server.state.rollouts = [{ ...underWay, state, endedAt, endedBy, said, breach, history }, earlier];
    const alert = page.getByRole('alert').filter({ hasText: words.halted });
    for (const text of [words.why, words.now, words.todo]) await alert.getByText(text).waitFor();
    await alert.getByRole('link', { name: 'weft-ratings-1' }).waitFor();
    expect(await page.getByRole('button', { name: words.start }).count()).toBe(0);
    await judge('rollout-halted');
    await page.getByRole('button', { name: words.again }).click();
    await page.getByRole('button', { name: words.start }).waitFor();
    expect(await alert.count()).toBe(1);
    expect(stage.complaints).toEqual([]);
  });

  it('says that a rollout has come to every proxy', async () => {
    fixtures.server.state.rollouts = [underWay];
    const page = await open('/rules/limit?drawer=rollout&rule=343');
    await page.getByRole('button', { name: words.live }).waitFor();
    const endedAt = data.instant(1);
    fixtures.server.state.rollouts = [
      { ...underWay, state: 'PROMOTED', endedAt, said: message('rollout.is-promoted') },
    ];
    await page.getByText(words.promoted).waitFor();
    expect(await page.getByRole('button', { name: words.again }).count()).toBe(0);
    await judge('rollout-promoted');
  });

  it('tells an author with four eyes what another does in the console', async () => {
    const said = messageText(message('refusal.four-eyes', { user: 'admin', name: 'ratings-concurrency' }));
    const page = await open('/rules/limit');
    const body = { code: 'CONFLICT', message: said, fields: [], requestId: '01JREQUEST0000000000000000' };
    await page.route(/:enable$/, (route) => route.fulfill({ status: 409, json: body }));
    await page.getByLabel(words.switch).click();
    await page.getByRole('dialog').getByRole('button', { name: words.on, exact: true }).click();
    const alert = page.getByRole('alert').filter({ hasText: words.fourEyes });
    await alert.waitFor();
    expect(await alert.textContent()).not.toContain('weft rule');
    await judge('four-eyes');
  });

  it('says of a rule that is off who may still apply it, and once all have heard, that nobody does', async () => {
    const page = await open('/rules/limit?drawer=push&rule=343');
    await page.getByText(words.waiting).waitFor();
    await judge('push-off-waiting');
    await page.route(/\/343\/push$/, async (route) => {
      const detail = await (await route.fetch()).json();
      await route.fulfill({ json: { ...detail, acked: detail.target, pending: 0 } });
    });
    await page.reload();
    await page.getByText(words.off).waitFor();
    await judge('push-off');
  });
});
