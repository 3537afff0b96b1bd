export { Cluster, Host, type ProtocolBinding } from './cluster.ts';
export { type ClusterProgram, HealthFlag, type HostProgram } from './program.ts';
