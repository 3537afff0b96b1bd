/** The parts of the npm package `sofa-rpc-node` (which has no types) that the demo uses. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export interface SofaServer {
  addService(
    service: { interfaceName: string; version?: string },
    methods: Record<string, (...args: never[]) => Promise<unknown>>,
  ): void;
  start(): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface SofaConsumer {
  ready(): Promise<void>;
  invoke(
    method: string,
    args: readonly unknown[],
    options?: { responseTimeout?: number; requestProps?: object },
  ): Promise<unknown>;
}

export interface SofaClient {
  createConsumer(options: {
    interfaceName: string;
    version?: string;
    serverHost: string;
    responseTimeout?: number;
  }): SofaConsumer;
  close(): Promise<unknown>;
}

/** Callers come through the proxy beside the application. */
const LOOPBACK = '127.0.0.1';

const quiet = { info() {}, warn() {}, error() {}, debug() {}, log() {} };

export function createSofaServer(port: number): SofaServer {
  const { RpcServer } = require('sofa-rpc-node').server as { RpcServer: new (options: object) => SofaServer };
  // It has no option for the address. What it takes for a port goes to `listen` of Node as it is, which takes both together.
  return new RpcServer({ port: { port, host: LOOPBACK }, logger: quiet });
}

export function createSofaClient(): SofaClient {
  const { RpcClient } = require('sofa-rpc-node').client as { RpcClient: new (options: object) => SofaClient };
  return new RpcClient({ logger: quiet });
}

/** The contract between reviews and ratings. */
export const RATINGS = { interfaceName: 'com.weft.bookinfo.RatingsService', version: '1.0' } as const;
