import { readFileSync } from 'node:fs';
import type { ApiClient } from '@weft/api';
import { EXIT } from '@weft/kit';
import { allPages } from '../../mesh-api/all-pages.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';

export interface ListOptions {
  readonly keyword?: string;
  readonly app?: string;
}
export interface PutOptions {
  readonly value?: string;
  readonly file?: string;
  readonly comment?: string;
  readonly base?: string;
}

export async function listValues(client: ApiClient, { keyword, app }: ListOptions): Promise<Outcome> {
  const items = await allPages((page) =>
    client.drm.listResources({
      query: { ...page, ...(keyword === undefined ? {} : { keyword }), ...(app === undefined ? {} : { app }) },
    }),
  );
  const rows = items.map((item) => [
    item.dataId,
    item.version,
    item.bytes,
    item.owner || 'by hand',
    item.operator,
    item.modifiedAt,
  ]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(['dataId', 'version', 'bytes', 'written by', 'who', 'at'], rows, 'there are no values'),
    json: { ok: true, items },
  };
}

export async function showValue(client: ApiClient, dataId: string, version: string | undefined): Promise<Outcome> {
  const query = { dataId };
  const value =
    version === undefined
      ? await client.drm.getValue({ query })
      : await client.drm.getHistoryValue({ params: { version: versionOf('--at', version) }, query });
  // The value and nothing else, so that it can be written to a file and put again.
  return { exitCode: EXIT.OK, text: value.value, json: { ok: true, ...value } };
}

export async function putValue(client: ApiClient, dataId: string, options: PutOptions): Promise<Outcome> {
  const value = readValue(options);
  const baseVersion =
    options.base === undefined ? await versionInForce(client, dataId) : versionOf('--base', options.base);
  const { comment } = options;
  const stored = await client.drm.putValue({
    body: { dataId, value, baseVersion, ...(comment === undefined ? {} : { comment }) },
  });
  return {
    exitCode: EXIT.OK,
    text: `version ${stored.version} of ${dataId}, ${stored.bytes} bytes\n  weft drm status '${dataId}' says who has it`,
    json: { ok: true, ...stored },
  };
}

export async function history(client: ApiClient, dataId: string): Promise<Outcome> {
  const items = await allPages((page) => client.drm.listHistory({ query: { ...page, dataId } }));
  const rows = items.map((item) => [item.version, item.modifiedAt, item.operator, item.bytes, item.comment]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(['version', 'at', 'who', 'bytes', 'comment'], rows, 'there are no versions'),
    json: { ok: true, items },
  };
}

export async function rollback(client: ApiClient, dataId: string, to: string): Promise<Outcome> {
  const stored = await client.drm.rollbackValue({ body: { dataId, to: versionOf('--to', to) } });
  return {
    exitCode: EXIT.OK,
    text: `version ${stored.version} of ${dataId} has the value of version ${to}`,
    json: { ok: true, ...stored },
  };
}

export async function status(client: ApiClient, dataId: string): Promise<Outcome> {
  const found = await client.drm.getStatus({ query: { dataId } });
  const { formal, gray, subscribers, applied, rejected, stale, clients } = found;
  const rows = clients.map((one) => [one.app, one.ip, one.version, one.expected, one.result, one.reason]);
  const head = `version ${formal}${gray === null ? '' : `, version ${gray} for a part of the proxies`}: ${applied} of ${subscribers} proxies have it, ${rejected} refuse it, ${stale} have not answered`;
  return {
    exitCode: rejected > 0 ? EXIT.REFUSED : stale > 0 ? EXIT.FAILED : EXIT.OK,
    text: `${head}\n${formatTable(['app', 'address', 'has', 'should have', 'result', 'reason'], rows, 'no proxy subscribes to it')}`,
    json: { ok: rejected === 0 && stale === 0, ...found },
  };
}

function readValue({ value, file }: PutOptions): string {
  if ((value === undefined) === (file === undefined))
    throw new CommandError(EXIT.USAGE, 'usage', 'give the value with --value TEXT or --file FILE, and not with both');
  if (value !== undefined) return value;
  try {
    return readFileSync(file === '-' ? 0 : (file as string), 'utf8');
  } catch (error) {
    throw new CommandError(EXIT.FAILED, 'file', `--file: ${(error as Error).message}`);
  }
}

/** What a change builds on: 0 where there is none yet. Somebody who writes meanwhile is not overwritten. */
async function versionInForce(client: ApiClient, dataId: string): Promise<number> {
  const items = await allPages((page) => client.drm.listResources({ query: { ...page, keyword: dataId } }));
  return items.find((item) => item.dataId === dataId)?.version ?? 0;
}

function versionOf(option: string, text: string): number {
  const version = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(version))
    throw new CommandError(EXIT.USAGE, 'usage', `${option}: found "${text}", expected a version`);
  return version;
}
