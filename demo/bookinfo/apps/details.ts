/**
 * details: facts about a book. Fastify, HTTP/1.1.
 *
 *   PORT=9081 node details.ts
 */
import Fastify from 'fastify';
import { closeOnSignal, closeServer, portFrom } from './environment.ts';

const app = Fastify();

app.get<{ Params: { id: string } }>('/details/:id', async (request, reply) => {
  const id = Number(request.params.id);
  if (!Number.isInteger(id) || id < 0)
    return reply.code(400).send({ error: `no book has the number ${request.params.id}` });
  return {
    id,
    title: 'The Comedy of Errors',
    author: 'William Shakespeare',
    year: 1595,
    type: 'paperback',
    pages: 200,
    publisher: 'PublisherA',
    language: 'English',
    'ISBN-10': '1234567890',
    'ISBN-13': '123-1234567890',
  };
});
app.get('/health', async () => ({ status: 'details is healthy' }));

await app.listen({ host: '127.0.0.1', port: portFrom('PORT') });
closeOnSignal(() => closeServer(app.server));
