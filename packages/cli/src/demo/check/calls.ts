import http from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const TIMEOUT_MS = 8000;

/** A GET under a name of its own, over a connection of its own. @throws Error when there is no answer */
export function get(port: number, host: string, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      { host: '127.0.0.1', port, path, headers: { host }, agent: false, timeout: TIMEOUT_MS },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body += text;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        response.once('error', reject);
      },
    );
    request.once('timeout', () => request.destroy(new Error(`no answer from 127.0.0.1:${port} in ${TIMEOUT_MS} ms`)));
    request.once('error', reject);
  });
}
