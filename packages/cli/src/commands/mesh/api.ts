import { readFileSync } from 'node:fs';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { helpText, type Show, withConnection } from '../../mesh-api/command.ts';
import { type ConnectionOptions, findConnection, notLoggedIn } from '../../mesh-api/connection.ts';
import { CommandError, type Outcome } from '../../outcome.ts';

interface ApiOptions extends ConnectionOptions {
  readonly data?: string;
  readonly ifMatch?: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const TIMEOUT_MS = 60_000;

/** `weft api`. */
export function addApiCommand(program: Command, show: Show): void {
  withConnection(
    program
      .command('api')
      .argument('<method>')
      .argument('<path>')
      .description('call the HTTP interface of a control plane'),
  )
    .option('-d, --data <json>', 'body; @file reads a file, @- standard input')
    .option('--if-match <version>', 'version that was read, for operations that ask for it')
    .addHelpText(
      'after',
      `\nA path that does not begin with / is below /openapi/v1/. The body of the answer goes to standard output.\n${helpText(
        '0 an answer below 400, 1 any other, 3 refused by a guard (412, 422)',
        'weft api GET ms/rules/limit',
        'weft api POST ms/rules/limit/7:enable',
        'weft api GET /openapi/v1/ms/openapi.json',
        'weft api PUT ms/rules/limit/7 --if-match 3 -d @rule.json',
      )}`,
    )
    .action(async (method: string, path: string, options: ApiOptions) => show(await runApi(method, path, options)));
}

async function runApi(method: string, path: string, options: ApiOptions): Promise<Outcome> {
  const verb = method.toUpperCase();
  if (!METHODS.includes(verb))
    throw new CommandError(EXIT.USAGE, 'usage', `the method is "${method}"; expected ${METHODS.join(', ')}`);
  const { endpoint, token, tenantId, workspaceId } = findConnection(options);
  if (token === '') throw notLoggedIn(endpoint);
  const body = options.data === undefined ? undefined : readBody(options.data);
  const url = `${endpoint}${path.startsWith('/') ? path : `/openapi/v1/${path}`}`;
  const response = await fetch(url, {
    method: verb,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.ifMatch === undefined ? {} : { 'if-match': `"${options.ifMatch.replaceAll('"', '')}"` }),
      ...(tenantId === undefined ? {} : { 'x-weft-tenant': tenantId }),
      ...(workspaceId === undefined ? {} : { 'x-weft-ws': workspaceId }),
    },
    ...(body === undefined ? {} : { body }),
  }).catch((error: Error) => {
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new CommandError(
      EXIT.FAILED,
      'NO_ANSWER',
      `no answer from ${endpoint}: ${why}; is a control plane running there? \`weft up\` starts one`,
    );
  });
  const text = await response.text();
  const value = parsed(text);
  const { status } = response;
  const exitCode = status < 400 ? EXIT.OK : status === 412 || status === 422 ? EXIT.REFUSED : EXIT.FAILED;
  return {
    exitCode,
    text: value === undefined ? text.trimEnd() : JSON.stringify(value, null, 2),
    json: { ok: status < 400, status, changeId: response.headers.get('x-weft-change-id'), body: value ?? text },
  };
}

function readBody(data: string): string {
  const text = data.startsWith('@') ? readFileSync(data === '@-' ? 0 : data.slice(1), 'utf8') : data;
  try {
    JSON.parse(text);
  } catch (error) {
    throw new CommandError(EXIT.USAGE, 'usage', `--data is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Metrics and logs are text.
    return undefined;
  }
}
