export {
  type AddressRoute,
  defineNetworkFilter,
  type NetworkFilterDefinition,
  type TerminalPlan,
} from './network-filter.ts';
export {
  AS_CALLER,
  type BoundTranscoder,
  defineStreamFilter,
  type HostProtocol,
  type ResponseFlagName,
  type StreamContext,
  type StreamFilter,
  type StreamFilterDefinition,
  type StreamFilterFactory,
  type TranscoderUse,
  type TranscoderUses,
  Verdict,
} from './stream-filter.ts';
export { undeclaredVariable, WRITABLE_VARIABLES } from './variables.ts';
