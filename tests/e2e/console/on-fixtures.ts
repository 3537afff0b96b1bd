import { CONSOLE_DIRECTORY } from '@weft/console';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { FixtureServer } from './fixture-server.ts';
import { openBrowser, openStage, type Stage } from './stage.ts';

/** A browser, and the console over fixtures with somebody logged in, for all tests of the file that calls it. */
export function onFixtures() {
  let browser: Browser;
  let server: FixtureServer;
  let base: string;
  beforeAll(async () => {
    browser = await openBrowser();
    server = new FixtureServer(CONSOLE_DIRECTORY);
    server.state.loggedIn = true;
    base = await server.listen();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return {
    get browser() {
      return browser;
    },
    get server() {
      return server;
    },
    /** Where the console is. */
    get base() {
      return base;
    },
  };
}

/** The same with one page in English that every test of the file goes on with. */
export function onPageOfFixtures() {
  const fixtures = onFixtures();
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(fixtures.browser, fixtures.base, 'en', 1280, true);
  });
  return {
    get browser() {
      return fixtures.browser;
    },
    get server() {
      return fixtures.server;
    },
    get base() {
      return fixtures.base;
    },
    get page() {
      return stage.page;
    },
  };
}
