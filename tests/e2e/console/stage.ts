/// <reference lib="dom" />
/** A browser on the built console: watches for errors, judges a page, keeps its picture. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { requireTool } from '../../support/foreign.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const PICTURES = path.resolve(import.meta.dirname, '../../artifacts/console');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How many times slower than it is this machine computes for pages: `WEFT_SLOW_BROWSER=6` shows what happens on old laptops. */
const SLOWER = Number(process.env['WEFT_SLOW_BROWSER'] ?? 1);

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];
export const WIDTHS = [1280, 1920] as const;

/**
 * Without a font for a language its pages are boxes, and pictures of them say nothing.
 * @throws Error that names the Debian package when there is none
 */
export function requireFont(language: string, debianPackage: string): void {
  const { stdout } = spawnSync(requireTool('fc-list', 'fontconfig'), [`:lang=${language}`, 'family']);
  if (stdout.toString().trim() === '')
    throw new Error(`a font for ${language} is needed for this test: apt-get install ${debianPackage}`);
}

export function openBrowser(): Promise<Browser> {
  requireFont('zh', 'fonts-noto-cjk');
  mkdirSync(PICTURES, { recursive: true });
  return chromium.launch({ executablePath: requireTool('chromium', 'chromium'), args: ARGUMENTS });
}

const windowOf = (width: number) => ({ width, height: width > 1500 ? 1080 : 800 });

/** Makes the window as wide as another screen. */
export const resize = (page: Page, width: number): Promise<void> => page.setViewportSize(windowOf(width));

export interface Stage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained of since the page was opened. */
  readonly complaints: string[];
}

export async function openStage(
  browser: Browser,
  base: string,
  language: Language,
  width: number,
  loggedIn = false,
): Promise<Stage> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: windowOf(width),
    locale: language === 'zh' ? 'zh-CN' : 'en-US',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
  // Whoever has logged in before; the fixtures know nothing of the login page.
  if (loggedIn) await context.addInitScript(() => localStorage.setItem('weft.session', '1'));
  const page = await context.newPage();
  if (SLOWER > 1) {
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  }
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url()))
      complaints.push(`asked for ${request.url()}`);
  });
  return { page, context, complaints };
}

/**
 * A second window of whoever looks at `page`. A second tab would cover the first, and what is covered is drawn once a second:
 * each look at it, whether something rests or can be clicked, would take two.
 */
export async function openWindow(page: Page): Promise<Page> {
  const opened = page.context().waitForEvent('page');
  await page.evaluate(() => void window.open('about:blank', '_blank', 'popup'));
  const other = await opened;
  await resize(other, WIDTHS[0]);
  return other;
}

/** No page is wider than its window, at any width. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const [wide, window] = await page.evaluate(
    () => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const,
  );
  expect(wide, `${page.url()} is wider than its window`).toBeLessThanOrEqual(window);
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** No serious or critical finding of axe by WCAG 2.1 A and AA; headings without gaps, and no two places of one kind and name. */
export async function expectAccessible(page: Page): Promise<void> {
  // Half a megabyte: once for each document.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  let found = await findingsOn(page);
  if (found.length > 0) {
    // A message that went away meanwhile was fading: judged once more when nothing moves but what always does.
    await page.waitForFunction(() =>
      document
        .getAnimations()
        .every(({ effect, playState }) => playState !== 'running' || effect?.getTiming().iterations === Infinity),
    );
    found = await findingsOn(page);
  }
  expect(found, page.url()).toEqual([]);
}

const findingsOn = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (root: Document, options: object) => Promise<{ violations: Violation[] }> };
    };
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
      rules: { 'heading-order': { enabled: true }, 'landmark-unique': { enabled: true } },
      resultTypes: ['violations'],
    });
    const structure = ['heading-order', 'landmark-unique'];
    return violations
      .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || structure.includes(id))
      .flatMap(({ id, nodes }) =>
        nodes.slice(0, 4).map((node) => `${id}: ${node.html.slice(0, 220)} ${node.failureSummary ?? ''}`),
      );
  });

/** Presses a button and sees what is said then. Messages go by themselves: the waiting begins before. */
export async function pressAndSee(button: Locator, text: string): Promise<void> {
  await Promise.all([button.page().getByText(text).waitFor(), button.click()]);
}

/** Waits until drawers and dialogs have come to rest and canvases are drawn. What turns for ever is not waited for. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const finite = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.all(finite.map((animation) => animation.finished.catch(() => null)));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

export async function keepPicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
}
