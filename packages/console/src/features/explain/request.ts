import type { ExplainRequest } from '../../services/proxies.ts';
import { textOf, type View } from '../../ui/url-state.ts';
import { exampleService } from './protocols.ts';

/** The question to a proxy, without the parts that are empty or belong to another protocol. */
export function requestOf(
  view: View,
  proxyId: string,
  protocol: ExplainRequest['protocol'],
  headers: Readonly<Record<string, string>>,
): ExplainRequest {
  const rpc = exampleService(protocol) !== null;
  const parts = rpc
    ? { service: textOf(view, 'service'), method: textOf(view, 'method') }
    : {
        method: textOf(view, 'method') ?? 'GET',
        authority: textOf(view, 'host'),
        path: textOf(view, 'path') ?? '/',
      };
  const caller = { sourceIp: textOf(view, 'source')?.trim() };
  const given = Object.fromEntries(Object.entries({ ...parts, ...caller }).filter(([, value]) => value !== undefined));
  return { proxyId, protocol, ...given, ...(Object.keys(headers).length === 0 ? {} : { headers: { ...headers } }) };
}
