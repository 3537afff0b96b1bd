/**
 * reviews: opinions about a book, in three versions: v1 without stars, v2 with black, v3 with red ones. Koa over HTTP/1.1;
 * the stars come from ratings over SOFARPC (Bolt).
 *
 *   PORT=9082 VERSION=v2 RATINGS_ADDRESS=127.0.0.1:12220 node reviews.ts
 */
import Koa from 'koa';
import { closeOnSignal, closeServer, portFrom, textFrom } from './environment.ts';
import { createSofaClient, RATINGS } from './sofa-rpc-node.ts';
import { traceIdOf } from './trace.ts';

const STAR_COLOURS: Readonly<Record<string, string>> = { v2: 'black', v3: 'red' };
const RATINGS_TIMEOUT_MS = 2000;

const port = portFrom('PORT');
const version = textFrom('VERSION');
const starColour = STAR_COLOURS[version];
const client = createSofaClient();
const ratings =
  starColour === undefined
    ? null
    : client.createConsumer({
        ...RATINGS,
        serverHost: textFrom('RATINGS_ADDRESS'),
        responseTimeout: RATINGS_TIMEOUT_MS,
      });

/** SOFARPC tells whom it calls, and who calls: the trace of a call is made of it. */
const requestProps = (traceId: string): object => ({
  service: `${RATINGS.interfaceName}:${RATINGS.version}`,
  rpc_trace_context: { sofaTraceId: traceId, sofaCallerApp: 'reviews' },
});

interface Ratings {
  readonly ratings: Readonly<Record<string, number>>;
}

/** Stars of a reviewer, or why there are none: a page without stars is better than no page. */
async function starsOf(bookId: number, traceId: string): Promise<(reviewer: string) => object> {
  if (ratings === null) return () => ({});
  try {
    const answer = (await ratings.invoke('getRatings', [bookId], {
      requestProps: requestProps(traceId),
    })) as Ratings;
    return (reviewer) => ({ rating: { stars: answer.ratings[reviewer], color: starColour } });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return () => ({ rating: { error: message } });
  }
}

const app = new Koa();
app.use(async (context) => {
  if (context.path === '/health') {
    context.body = { status: `reviews ${version} is healthy` };
    return;
  }
  const match = /^\/reviews\/(\d+)$/.exec(context.path);
  if (match === null || context.method !== 'GET') return;
  const bookId = Number(match[1]);
  const rating = await starsOf(bookId, traceIdOf(context.get('traceparent')));
  context.body = {
    id: bookId,
    version,
    reviews: [
      {
        reviewer: 'Reviewer1',
        text: 'An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!',
        ...rating('Reviewer1'),
      },
      {
        reviewer: 'Reviewer2',
        text: 'Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.',
        ...rating('Reviewer2'),
      },
    ],
  };
});

const server = app.listen(port, '127.0.0.1');
closeOnSignal(async () => {
  await closeServer(server);
  await client.close();
});
