/**
 * productpage: the page a reader sees. Express over HTTP/1.1; asks details and reviews with axios.
 *
 *   PORT=9080 DETAILS_URL=http://127.0.0.1:9081 REVIEWS_URL=http://127.0.0.1:9082 node productpage.ts
 *
 * DETAILS_HOST and REVIEWS_HOST are the names under which the two are asked for, when that is not the host of the URL.
 */
import http from 'node:http';
import axios, { AxiosError, type AxiosRequestConfig } from 'axios';
import express from 'express';
import { closeOnSignal, closeServer, portFrom, textFrom } from './environment.ts';
import { traceIdOf, traceparentOf } from './trace.ts';

const BACKEND_TIMEOUT_MS = 3000;
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

interface Details {
  readonly title: string;
  readonly author: string;
  readonly year: number;
  readonly pages: number;
  readonly publisher: string;
  readonly language: string;
}

interface Review {
  readonly reviewer: string;
  readonly text: string;
  readonly rating?: { readonly stars?: number; readonly color?: string; readonly error?: string };
}

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

async function ask<T>(name: 'DETAILS' | 'REVIEWS', path: string, traceId: string): Promise<Answer<T>> {
  const host = process.env[`${name}_HOST`];
  const options: AxiosRequestConfig = {
    httpAgent: agent,
    proxy: false,
    timeout: BACKEND_TIMEOUT_MS,
    headers: { traceparent: traceparentOf(traceId), ...(host === undefined ? {} : { Host: host }) },
  };
  try {
    return { ok: true, value: (await axios.get<T>(`${textFrom(`${name}_URL`)}${path}`, options)).data };
  } catch (error) {
    const status = error instanceof AxiosError ? error.response?.status : undefined;
    if (status === 429) return { ok: false, why: 'too many requests just now (429); a limit is in force' };
    if (status !== undefined) return { ok: false, why: `answered ${status}` };
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function escaped(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function renderStars(rating: Review['rating']): string {
  if (rating === undefined) return '';
  if (rating.stars === undefined) return `<p class="away">No stars: ${escaped(rating.error)}</p>`;
  const stars = Math.max(0, Math.min(5, rating.stars));
  return `<p class="stars ${escaped(rating.color)}" aria-label="${stars} of 5 stars">${'★'.repeat(stars)}${'☆'.repeat(5 - stars)}</p>`;
}

function renderPage(
  details: Answer<Details>,
  reviews: Answer<{ version: string; reviews: readonly Review[] }>,
): string {
  const facts = details.ok
    ? `<dl>${(['author', 'year', 'pages', 'publisher', 'language'] as const)
        .map((name) => `<dt>${name}</dt><dd>${escaped(details.value[name])}</dd>`)
        .join('')}</dl>`
    : `<p class="away">Details are not there: ${escaped(details.why)}.</p>`;
  const opinions = reviews.ok
    ? `${reviews.value.reviews
        .map(
          (review) =>
            `<blockquote><p>${escaped(review.text)}</p><footer>${escaped(review.reviewer)}</footer>${renderStars(review.rating)}</blockquote>`,
        )
        .join('')}<p class="by">served by reviews ${escaped(reviews.value.version)}</p>`
    : `<p class="away">Reviews are not there: ${escaped(reviews.why)}.</p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Bookinfo</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2329 }
  main { display: grid; grid-template-columns: 1fr 2fr; gap: 2rem }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 }
  dt { color: #5c6370; text-transform: capitalize } dd { margin: 0 }
  blockquote { margin: 0 0 1rem; padding: .75rem 1rem; background: #f5f6f8; border-radius: 8px }
  blockquote p { margin: 0 } footer { color: #5c6370; font-size: .9rem }
  .stars { font-size: 1.25rem; letter-spacing: .1em } .stars.red { color: #c22f2f }
  .away { color: #9a3412 } .by { color: #5c6370; font-size: .9rem }
</style>
<h1>${details.ok ? escaped(details.value.title) : 'Bookinfo'}</h1>
<main><section><h2>Details</h2>${facts}</section><section><h2>Reviews</h2>${opinions}</section></main>
</html>
`;
}

const app = express();
app.disable('x-powered-by');

app.get('/productpage', async (request, response) => {
  const id = String(request.query['id'] ?? '0');
  if (!/^\d{1,9}$/.test(id)) {
    response.status(400).type('text').send('id must be a number\n');
    return;
  }
  const traceId = traceIdOf(request.get('traceparent'));
  const [details, reviews] = await Promise.all([
    ask<Details>('DETAILS', `/details/${id}`, traceId),
    ask<{ version: string; reviews: readonly Review[] }>('REVIEWS', `/reviews/${id}`, traceId),
  ]);
  // The page itself is there even when a part of it is not; a test reads the parts from these headers.
  response
    .set('x-trace-id', traceId)
    .set('x-details', details.ok ? 'ok' : details.why)
    .set('x-reviews', reviews.ok ? reviews.value.version : reviews.why);
  response.type('html').send(renderPage(details, reviews));
});
app.get('/health', (_request, response) => {
  response.json({ status: 'productpage is healthy' });
});

const server = app.listen(portFrom('PORT'), '127.0.0.1');
closeOnSignal(async () => {
  await closeServer(server);
  agent.destroy();
});
