/** All subjects, in the order in which reports show them: the one under test, its floor, then the peers. */
import { envoy } from './envoy.ts';
import { haproxy } from './haproxy.ts';
import { mosn } from './mosn.ts';
import { nginx } from './nginx.ts';
import { reference } from './reference.ts';
import type { Subject } from './subject.ts';
import { weft } from './weft.ts';

export { otherRouteValue } from './subject.ts';

export const subjects: readonly Subject[] = [weft, reference, haproxy, nginx, envoy, mosn];

export type { BenchProtocol, Setup, SetupRules, Subject } from './subject.ts';
