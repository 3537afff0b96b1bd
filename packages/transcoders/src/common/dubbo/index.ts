export { exceptionAnswer, plainAnswer, statusAnswer, valueAnswer } from './answer.ts';
export {
  attachmentsOf,
  binaryOf,
  type DubboArguments,
  type DubboOutcome,
  readArguments,
  readMessage,
  readOutcome,
  writeArguments,
  writeException,
  writeMessage,
  writeValue,
} from './body.ts';
export {
  GENERIC_METHOD,
  GENERIC_TYPES,
  type GenericCall,
  readGeneric,
  withoutClasses,
  writeGeneric,
} from './generic.ts';
