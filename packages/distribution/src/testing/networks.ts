import { createGrpcListener, createGrpcTransport } from '../grpc/index.ts';
import { type ClientTransport, createMemoryNetwork, type StreamAcceptor } from '../transport/index.ts';
import { startTcpRelay } from './tcp-relay.ts';

/** What the suite needs of a transport. */
export interface TestNetwork {
  readonly address: string;
  readonly transport: ClientTransport;
  /** Breaks all connections at once. */
  cut(): void;
  close(): Promise<void>;
}

export type OpenTestNetwork = (accept: StreamAcceptor) => Promise<TestNetwork>;

export const openMemoryNetwork: OpenTestNetwork = async (accept) => {
  const network = createMemoryNetwork();
  const listener = network.listen('memory', accept);
  return {
    address: 'memory',
    transport: network.transport,
    cut: () => network.cut('memory'),
    close: () => listener.close(0),
  };
};

export const openGrpcNetwork: OpenTestNetwork = async (accept) => {
  const listener = await createGrpcListener({ address: '127.0.0.1:0', accept });
  const relay = await startTcpRelay(listener.address);
  return {
    address: relay.address,
    transport: createGrpcTransport(),
    cut: () => relay.cut(),
    async close() {
      await relay.close();
      await listener.close(0);
    },
  };
};
