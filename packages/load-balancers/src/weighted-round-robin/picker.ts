export { EdfPicker as WeightedRoundRobinPicker } from '../common/edf.ts';
