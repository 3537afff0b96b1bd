export { distributionComplianceSuite } from './compliance.ts';
export { type OpenTestNetwork, openGrpcNetwork, openMemoryNetwork, type TestNetwork } from './networks.ts';
export { encodeValue, Rig, SECRET, type TestClient, type TestClientOptions, TYPE } from './rig.ts';
export { startTcpRelay, type TcpRelay } from './tcp-relay.ts';
