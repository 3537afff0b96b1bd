/// <reference lib="dom" />
/** What the topology counts for whom, and what a drawer leaves of the graph. */
import type { Topology } from '@weft/api';
import { expect, it } from 'vitest';
import { bookinfo } from './fixture-data.ts';
import { onPageOfFixtures } from './on-fixtures.ts';
import { resize, settle } from './stage.ts';

const fixtures = onPageOfFixtures();

/** The ratings refused calls of two callers: many of one, none of the other. */
function refusing(): Topology {
  const graph = bookinfo();
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.id === 'ratings' ? { ...node, rejected: 185, marks: ['limited'] } : node)),
    edges: graph.edges.map((edge) =>
      edge.source === 'reviews-v2' ? { ...edge, rejected: 87, marks: ['limited'] } : edge,
    ),
  };
}

it('counts for each call in the list what was refused of it, and not what its target refused of all', async () => {
  const { page } = fixtures;
  await page.route('**/monitor/topology?*', (route) => route.fulfill({ json: refusing() }));
  await page.goto('/topology?view=list');
  const row = (source: string) =>
    page.getByRole('row').filter({ hasText: 'ratings' }).filter({ hasText: source }).first();
  await row('reviews v2')
    .getByText(/^refused 87 in/)
    .waitFor();
  expect(await page.getByText(/^refused 185 in/).count()).toBe(0);
  expect(
    await row('reviews v3')
      .getByText(/^refused/)
      .count(),
  ).toBe(0);
  await page.unroute('**/monitor/topology?*');
});

it('has room for the graph beside a drawer in a wide window, and gives it back', async () => {
  const { page } = fixtures;
  await resize(page, 1920);
  await page.goto('/topology?edge=productpage%3Ereviews-v2');
  const graph = page.locator('.weft-graph-canvas');
  await graph.locator('canvas').first().waitFor();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('12,510').waitFor();
  await settle(page);
  // The page goes on being used: nothing of it is hidden from who listens to it.
  expect(await drawer.getAttribute('aria-modal')).toBe('false');
  const [beside, over] = await Promise.all([graph.boundingBox(), drawer.boundingBox()]);
  if (beside === null || over === null) throw new Error('the graph or the drawer has no place');
  expect(beside.x + beside.width).toBeLessThanOrEqual(over.x);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
  await expect.poll(async () => (await graph.boundingBox())?.width ?? 0, { timeout: 20_000 }).toBeGreaterThan(1500);
  await resize(page, 1280);
});
