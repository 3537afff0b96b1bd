export { type Trial, type TrialAnswer, type TrialRequest, tryMapping } from './trial.ts';
