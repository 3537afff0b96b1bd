export {
  CONVERTED_HEADER,
  type ConvertedRequest,
  type ConvertedResponse,
  defineTranscoder,
  type TranscodedCall,
  TranscodeError,
  type Transcoder,
  type TranscoderDefinition,
  type WholeMessage,
} from './transcoder.ts';
