/**
 * ratings: stars of a book. SOFARPC (Bolt) with the npm package `sofa-rpc-node`.
 *
 *   PORT=9083 node ratings.ts
 */
import { closeOnSignal, portFrom } from './environment.ts';
import { createSofaServer, RATINGS } from './sofa-rpc-node.ts';

const server = createSofaServer(portFrom('PORT'));
server.addService(RATINGS, {
  // The server takes nothing but async functions.
  getRatings: async (bookId: number) => ({ id: bookId, ratings: { Reviewer1: 5, Reviewer2: 4 } }),
});
await server.start();
closeOnSignal(() => server.close());
