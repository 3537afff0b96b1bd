export { type Clock, systemClock } from './clock.ts';
export { TICK_MS, TimerWheel, WheelTimer } from './timer-wheel.ts';
