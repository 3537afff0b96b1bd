/** Every page in both languages and widths: filled, without a complaint of the browser, no wider than the window, accessible. */
import { CONSOLE_DIRECTORY } from '@weft/console';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixtureServer } from './fixture-server.ts';
import { PAGES } from './pages.ts';
import {
  expectAccessible,
  expectNoOverflow,
  keepPicture,
  LANGUAGES,
  openBrowser,
  openStage,
  type Stage,
  settle,
  WIDTHS,
} from './stage.ts';

let browser: Browser;
let server: FixtureServer;
let base: string;

beforeAll(async () => {
  browser = await openBrowser();
  server = new FixtureServer(CONSOLE_DIRECTORY);
  base = await server.listen();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

for (const language of LANGUAGES) {
  for (const width of WIDTHS) {
    describe(`the console in ${language === 'en' ? 'English' : 'Chinese'} at ${width}`, () => {
      let stage: Stage;
      beforeAll(async () => {
        server.state.loggedIn = true;
        stage = await openStage(browser, base, language, width, true);
      });
      afterAll(() => stage?.context.close());

      it.each(PAGES)('shows $name', async ({ name, path, ready, act, refused }) => {
        const { page, complaints } = stage;
        complaints.length = 0;
        await page.goto(path);
        await ready(page, language);
        await act?.(page, language);
        await settle(page);
        await keepPicture(page, `${name}-${language}-${width}`);
        await expectNoOverflow(page);
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(language === 'en' ? 'en' : 'zh-CN');
        expect(await page.title()).toMatch(/^\S.* · Weft$/);
        await expectAccessible(page);
        const meant = `status of ${refused}`;
        expect(complaints.filter((complaint) => refused === undefined || !complaint.includes(meant))).toEqual([]);
      });
    });
  }
}

describe('the console in a window of 780', () => {
  let stage: Stage;
  beforeAll(async () => {
    server.state.loggedIn = true;
    stage = await openStage(browser, base, 'zh', 780, true);
  });
  afterAll(() => stage?.context.close());

  it.each(PAGES)('shows $name', async ({ name, path, ready, act }) => {
    const { page } = stage;
    await page.goto(path);
    await ready(page, 'zh');
    await act?.(page, 'zh');
    await settle(page);
    await keepPicture(page, `${name}-zh-780`);
    await expectNoOverflow(page);
    // Nothing of the header stands on something else.
    const boxes = await Promise.all(
      ['.weft-brand', '.weft-header-place', '.weft-header-end'].map((part) => page.locator(part).boundingBox()),
    );
    for (let at = 1; at < boxes.length; at += 1) {
      const [left, right] = [boxes[at - 1], boxes[at]];
      expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThanOrEqual(right?.x ?? 0);
    }
  });
});
