export { type Detected, detectProtocol } from './detector.ts';
export { CodecDriver, type DriverHost } from './driver.ts';
