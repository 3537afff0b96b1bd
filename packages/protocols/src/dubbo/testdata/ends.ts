/** Both ends of a connection of Dubbo, and what came of frames that they were given. */
import type { ResponseHead } from '@weft/sdk';
import { ClientEnd, type IncomingRequest, ServerEnd } from '@weft/sdk/testing';
import type { DubboRequestHead } from '../head.ts';
import { type DubboConfig, dubbo } from '../index.ts';
import { request } from './frames.ts';

export const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

export const serverOf = (config: DubboConfig = {}, limits = {}): ServerEnd => new ServerEnd(dubbo, config, limits);
export const clientOf = (config: DubboConfig = {}, limits = {}): ClientEnd => new ClientEnd(dubbo, config, limits);

export function incoming(bytes: Buffer, config: DubboConfig = {}): IncomingRequest {
  const server = serverOf(config);
  server.feed(bytes);
  return server.requests[0] as IncomingRequest;
}

export const headOf = (bytes: Buffer, config: DubboConfig = {}): DubboRequestHead =>
  incoming(bytes, config).head as DubboRequestHead;

export function responseHead(bytes: Buffer, config: DubboConfig = {}): ResponseHead {
  const client = clientOf(config);
  const { sink } = client.call(headOf(request(), config), null);
  client.feed(bytes);
  return sink.head as ResponseHead;
}
