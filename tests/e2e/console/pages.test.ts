/** Every page in both languages and widths: filled, without a complaint of the browser, no wider than the window, accessible. */
import { CONSOLE_DIRECTORY } from '@weft/console';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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
let stage: Stage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
  server = new FixtureServer(CONSOLE_DIRECTORY);
  base = await server.listen();
});
afterEach(async () => {
  await stage?.context.close();
  stage = null;
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

for (const language of LANGUAGES) {
  describe(`the console in ${language === 'en' ? 'English' : 'Chinese'}`, () => {
    for (const width of WIDTHS) {
      it.each(PAGES)(`shows $name at ${width}`, async ({ name, path, ready }) => {
        server.state.loggedIn = true;
        server.state.empty = false;
        stage = await openStage(browser, base, language, width);
        const { page, complaints } = stage;
        await page.goto(path);
        await ready(page, language);
        await settle(page);
        await keepPicture(page, `${name}-${language}-${width}`);
        await expectNoOverflow(page);
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(language === 'en' ? 'en' : 'zh-CN');
        if (width === WIDTHS[0]) await expectAccessible(page);
        expect(complaints).toEqual([]);
      });
    }
  });
}
