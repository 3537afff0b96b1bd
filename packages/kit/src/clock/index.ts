export { type Clock, systemClock } from './clock.ts';
export { type Deadline, DeadlineSet } from './deadlines.ts';
export { TICK_MS, TimerWheel, WheelTimer } from './timer-wheel.ts';
