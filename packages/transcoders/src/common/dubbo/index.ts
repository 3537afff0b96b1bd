export {
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
