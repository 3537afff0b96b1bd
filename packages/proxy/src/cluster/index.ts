export { AddressClusters } from './address-clusters.ts';
export { Cluster, Host, type HostGroup, type MatchedHosts, matchHosts, type ProtocolBinding } from './cluster.ts';
export { LabelIndex } from './label-index.ts';
export { type ClusterProgram, HealthFlag, type HostProgram } from './program.ts';
