export { COMPONENTS, type ControlComponent, EMBEDDED, selectComponents } from './components.ts';
export {
  type Address,
  type ControlPlane,
  type ControlPlaneOptions,
  ListenFailure,
  type PartContext,
  type RunningPart,
  startControlPlane,
} from './control-plane.ts';
export type { KeyedRule, RuleKind, SimulatedAnswer, SimulatedCall, SimulatedRule } from './meshserver/index.ts';
export type { Seeded } from './osp/index.ts';
