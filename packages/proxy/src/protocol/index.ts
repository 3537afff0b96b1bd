export { type Detected, detectProtocol, resembledProtocol } from './detector.ts';
export { CodecDriver, type DriverHost } from './driver.ts';
