/**
 * Makes `captures.json`: what foreign programs say to each other, recorded by a relay between them. Run it by hand, on Node 24 with nghttp
 * and curl in PATH; the tests read only the file.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';

interface Capture {
  readonly by: string;
  readonly toServer: string;
  readonly toClient: string;
}

const server = http2.createServer();
server.on('stream', (stream, headers) => {
  const body: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => body.push(chunk));
  stream.on('end', () => {
    if (headers['content-type'] === 'application/grpc') {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '5', 'grpc-message': 'not here' }));
      stream.end(Buffer.concat(body));
      return;
    }
    if (headers[':path'] === '/hints') stream.additionalHeaders({ ':status': 103, link: '</style.css>; rel=preload' });
    stream.respond({
      ':status': headers[':path'] === '/none' ? 204 : 200,
      'x-length': String(Buffer.concat(body).length),
      server: 'capture',
    });
    stream.end(headers[':path'] === '/none' ? undefined : `${headers[':method']} ${headers[':path']}`);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const target = (server.address() as AddressInfo).port;

async function record(by: string, run: (port: number) => Promise<void>): Promise<Capture> {
  const toServer: Buffer[] = [];
  const toClient: Buffer[] = [];
  const relay = net.createServer((down) => {
    const up = net.connect(target, '127.0.0.1');
    down.on('data', (chunk) => {
      toServer.push(chunk);
      up.write(chunk);
    });
    up.on('data', (chunk) => {
      toClient.push(chunk);
      down.write(chunk);
    });
    down.on('end', () => up.end());
    up.on('end', () => down.end());
    down.on('error', () => up.destroy());
    up.on('error', () => down.destroy());
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  await run((relay.address() as AddressInfo).port);
  relay.close();
  return { by, toServer: Buffer.concat(toServer).toString('hex'), toClient: Buffer.concat(toClient).toString('hex') };
}

async function command(name: string, args: readonly string[]): Promise<void> {
  const child = spawn(name, args, { stdio: 'ignore' });
  await once(child, 'exit');
}

async function nodeClient(port: number): Promise<void> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  const ask = async (headers: http2.OutgoingHttpHeaders, body?: string): Promise<void> => {
    const request = session.request(headers, { endStream: body === undefined });
    if (body !== undefined) request.end(body);
    request.resume();
    await once(request, 'close');
  };
  await ask({ ':path': '/', 'user-agent': 'node' });
  await ask({ ':path': '/hints', 'user-agent': 'node', cookie: ['a=1', 'b=2'] });
  await ask({ ':path': '/none', 'user-agent': 'node' });
  await ask(
    {
      ':path': '/shop.Orders/Get',
      ':method': 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': '150m',
    },
    '\0\0\0\0\x02hi',
  );
  await ask({ ':path': '/form', ':method': 'POST', 'content-length': '5' }, 'a=b&c');
  session.close();
  await once(session, 'close');
}

const nghttpVersion = execFileSync('nghttp', ['--version'], { encoding: 'utf8' }).trim();
const curlVersion = execFileSync('curl', ['--version'], { encoding: 'utf8' }).split(' ').slice(0, 2).join(' ');
const captures = {
  node: await record(`node:http2 ${process.version} both ways`, nodeClient),
  nghttp: await record(`${nghttpVersion} to node:http2`, (port) =>
    command('nghttp', [
      '-n',
      '-H',
      'x-tenant: blue',
      `http://127.0.0.1:${port}/one`,
      `http://127.0.0.1:${port}/two?q=1`,
    ]),
  ),
  curl: await record(`${curlVersion} to node:http2`, (port) =>
    command('curl', ['-s', '-m', '5', '--http2-prior-knowledge', '-d', 'hello=world', `http://127.0.0.1:${port}/post`]),
  ),
};
writeFileSync(new URL('captures.json', import.meta.url), `${JSON.stringify(captures, null, 2)}\n`);
server.close();
