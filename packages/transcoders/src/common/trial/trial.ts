import { type TranscodedCall, TranscodeError, type TranscoderDefinition } from '@weft/sdk';
import { type MappingDocument, ServiceMapping } from '../mapping/index.ts';
import { ValueError } from '../values/index.ts';
import { bolt } from './bolt-side.ts';
import { dubbo } from './dubbo-side.ts';
import { http } from './http-side.ts';
import type { Side } from './side.ts';

/** A request in words: of HTTP, or a call whose arguments are a JSON array. */
export interface TrialRequest {
  /** Of an RPC call `interface[:version[:group]]`; '' for that of the mapping, and for HTTP. */
  readonly service: string;
  /** Verb of HTTP, or name of the method. */
  readonly method: string;
  /** Java types of the arguments; empty for those of the mapping, and for HTTP. */
  readonly types: readonly string[];
  /** Path with query of HTTP; '' for calls. */
  readonly path: string;
  /** Headers, or attachments. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, or the arguments as a JSON array. */
  readonly body: string;
}

/** An answer in words. */
export interface TrialAnswer {
  /** Status of HTTP, or of the RPC protocol. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, or the value as JSON; with an exception, or a status of failure, its text. */
  readonly body: string;
  /** Class of the exception that a method threw; '' where none was thrown, and for HTTP. */
  readonly exception: string;
}

export interface Trial {
  /** What the host would get; null where `problem` says why it gets nothing. */
  readonly request: TrialRequest | null;
  /** What the caller would get for the sample of an answer; null where none was given, or `problem` says why. */
  readonly answer: TrialAnswer | null;
  /** What the caller is told in place of it, and what is wrong with a sample; '' when all was converted. */
  readonly problem: string;
}

/** By family; those of others have no form in words. */
const SIDES: Readonly<Record<string, (service: ServiceMapping) => Side>> = { http: () => http, dubbo, bolt };

const NO_DEADLINE: TranscodedCall = {
  callerProtocol: '',
  protocol: '',
  remainingMs: 0,
  clusterName: '',
  maxBodyBytes: 1_048_576,
};

/**
 * Converts a sample by the code that converts calls: nothing is sent.
 *
 * @param definition a transcoder to or from HTTP with JSON
 * @param answer what the host might answer; null: only the request is converted
 * @throws ConfigError for a mapping that the transcoder refuses
 */
export function tryMapping(
  definition: TranscoderDefinition,
  mapping: MappingDocument,
  sample: TrialRequest,
  answer: TrialAnswer | null,
): Trial {
  const transcoder = definition.create({ mappings: [mapping] });
  const { from, to, protocol } = definition;
  const service = new ServiceMapping(mapping, [from, to].includes('bolt') ? 'sofa' : 'dubbo', 'spec');
  const caller = (SIDES[from] as (typeof SIDES)[string])(service);
  const host = (SIDES[to] as (typeof SIDES)[string])(service);
  const call = { ...NO_DEADLINE, callerProtocol: from === 'http' ? 'Http1' : from, protocol };
  let request: TrialRequest | null = null;
  try {
    const message = caller.request(sample);
    if (!transcoder.accept(message.head))
      return { request, answer: null, problem: `${definition.name} takes no call of this service or path` };
    const converted = transcoder.request({ ...message, trailers: null }, call);
    request = host.tellRequest(converted.head, Buffer.from(converted.body));
    if (answer === null) return { request, answer: null, problem: '' };
    const answered = host.answer(answer, request);
    const back = transcoder.response({ ...answered, trailers: null }, converted.state, call);
    return { request, answer: caller.tellAnswer(back.head, Buffer.from(back.body)), problem: '' };
  } catch (error) {
    if (error instanceof TranscodeError)
      return {
        request,
        answer: null,
        problem: `${request === null ? 'transcode_request' : 'transcode_response'}: ${error.message}`,
      };
    if (error instanceof ValueError) return { request, answer: null, problem: `the sample: ${error.message}` };
    throw error;
  }
}
