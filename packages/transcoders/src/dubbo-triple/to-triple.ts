import { Hessian2Reader, Hessian2Writer } from '@weft/hessian';
import { MeshError } from '@weft/kit';
import {
  type ConvertedRequest,
  type ConvertedResponse,
  type HeaderMap,
  PlainRequestHead,
  type RequestHead,
  type ResponseHead,
  type TranscodedCall,
  TranscodeError,
  type Transcoder,
  type WholeMessage,
} from '@weft/sdk';
import { shorter, timeoutOf } from '../common/carry/index.ts';
import {
  attachmentsOf,
  binaryOf,
  exceptionAnswer,
  plainAnswer,
  readArguments,
  statusAnswer,
  valueAnswer,
} from '../common/dubbo/index.ts';
import {
  Compression,
  decodeMessage,
  encodeMessage,
  GRPC_OK,
  GRPC_UNKNOWN,
  type GrpcStatus,
  grpcStatusName,
  grpcStatusOfHttp,
  isGrpc,
  readStatus,
  timeoutText,
} from '../common/grpc/index.ts';
import { classNamesOf } from '../common/parameter-types.ts';
import type { ProtoMethod } from '../common/proto/index.ts';
import type { ServiceTable } from '../common/services.ts';
import { DEFAULT_MAX_BODY_BYTES, hessianReadLimits, hessianWriteLimits, throwable } from '../common/values/index.ts';
import { addHeaders } from './attachments.ts';
import type { JavaCalls } from './proto/java-calls.ts';
import { isForbidden, toDubboStatus } from './status.ts';
import { answerBody, isOneValue, splitArgument } from './verbatim.ts';
import { decodeResponseWrapper, encodeRequestWrapper } from './wrapper.ts';

const HESSIAN2 = '2';
/** As Dubbo names Hessian 2 in its wrappers. */
export const HESSIAN = 'hessian4';
const RPC_EXCEPTION = 'org.apache.dubbo.rpc.RpcException';
const CODE_FORBIDDEN = 4;
const MAX_TEXT = 512;

export interface TripleCallee {
  /** With a `.proto`; null without. */
  readonly method: ProtoMethod | null;
}

/** Calls of Dubbo 2 to a provider that speaks Triple or gRPC. */
export class DubboToTriple implements Transcoder<TripleCallee> {
  readonly #services: ServiceTable;
  readonly #java: JavaCalls;

  constructor(services: ServiceTable, java: JavaCalls) {
    this.#services = services;
    this.#java = java;
  }

  /** Only what is in Hessian 2 can be looked into. Who only describes a call names no serialization. */
  accept(head: RequestHead): boolean {
    const serialization = head.get(':serialization') ?? HESSIAN2;
    return serialization === HESSIAN2 && head.method !== '' && (head.get('service') ?? '') !== '';
  }

  request({ head, body }: WholeMessage<RequestHead>, call: TranscodedCall): ConvertedRequest<TripleCallee> {
    const { maxBodyBytes } = call;
    const argTypes = classNamesOf(head.get(':types') ?? '');
    // One argument goes over as it is; several share references, and are read and written by themselves.
    const single = argTypes.length === 1 ? splitArgument(body, maxBodyBytes) : null;
    const read = single === null ? readArguments(body, argTypes.length, maxBodyBytes) : null;
    const attachments = read?.attachments ?? attachmentsOf(single?.map);
    const service = this.#services.target({
      interfaceName: head.get('service') ?? '',
      version: head.get('version') ?? '',
      group: attachments.get('group') ?? '',
    });
    const name = head.get('method') ?? '';
    const method = this.#java.method(service.interfaceName, name);
    const message = encodeMessage(
      method === null
        ? encodeRequestWrapper({
            serializeType: HESSIAN,
            args: single === null ? (read?.args ?? []).map((arg) => alone(arg, maxBodyBytes)) : [single.value],
            argTypes,
          })
        : this.#java.writeArguments(
            method,
            single === null ? (read?.args ?? []) : [readAlone(HESSIAN, single.value, maxBodyBytes)],
            maxBodyBytes,
          ),
    );
    const triple = new PlainRequestHead(call.protocol, 'http', {
      method: 'POST',
      scheme: 'http',
      authority: service.interfaceName,
      path: `/${service.interfaceName}/${method?.name ?? name}`,
      contentLength: message.length,
      idempotent: head.idempotent,
    });
    triple.set('content-type', 'application/grpc+proto');
    triple.set('te', 'trailers');
    triple.set('grpc-accept-encoding', 'identity');
    if (service.version !== '') triple.set('tri-service-version', service.version);
    if (service.group !== '') triple.set('tri-service-group', service.group);
    const application = attachments.get('remote.application');
    if (application !== undefined && application !== '') triple.set('tri-consumer-appname', application);
    const timeoutMs = shorter(timeoutOf(attachments.get('timeout')), call.remainingMs);
    if (timeoutMs > 0) {
      triple.set('grpc-timeout', timeoutText(timeoutMs));
      triple.set('tri-service-timeout', String(Math.ceil(timeoutMs)));
    }
    addHeaders(triple, attachments);
    addHeaders(triple, read?.binary ?? binaryOf(single?.map));
    return { head: triple, body: message, state: { method } };
  }

  response(
    { head, body, trailers }: WholeMessage<ResponseHead>,
    { method }: TripleCallee,
    call: TranscodedCall,
  ): ConvertedResponse {
    const status = (trailers === null ? null : readStatus(trailers)) ?? readStatus(head) ?? statusOfHttp(head, body);
    if (status.code !== GRPC_OK) return failure(status);
    const content = decodeMessage(body, Compression.ofAnswer(head, call));
    if (method !== null)
      return valueAnswer(this.#java.readResult(method, content, call.maxBodyBytes), call.maxBodyBytes);
    const { serializeType, data } = decodeResponseWrapper(content);
    checkValue(serializeType, data);
    const thrown = exceptionCode(head) || (trailers !== null && exceptionCode(trailers));
    return plainAnswer(answerBody(data, thrown), thrown);
  }
}

/**
 * One value of Hessian by itself.
 * @throws TranscodeError when the bytes are none, or of another serialization
 */
export function checkValue(serializeType: string, bytes: Buffer): void {
  if (serializeType !== HESSIAN && serializeType !== 'hessian2')
    throw new TranscodeError(
      `values in ${serializeType === '' ? 'no serialization' : serializeType} cannot be converted, only ${HESSIAN}`,
    );
  if (!isOneValue(bytes)) throw new TranscodeError('a value cannot be read');
}

/** The same, and its value. */
export function readAlone(serializeType: string, bytes: Buffer, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): unknown {
  checkValue(serializeType, bytes);
  try {
    return new Hessian2Reader(bytes, 0, bytes.length, hessianReadLimits(maxBodyBytes)).read();
  } catch (error) {
    throw new TranscodeError(`a value cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * The bytes of one value, with references and classes of its own.
 * @throws TranscodeError when it is too deep or too long
 */
export function alone(value: unknown, maxBodyBytes: number): Buffer {
  const writer = new Hessian2Writer(hessianWriteLimits(maxBodyBytes));
  try {
    writer.write(value);
  } catch (error) {
    if (error instanceof MeshError) throw new TranscodeError(`a value cannot be written: ${error.message}`);
    throw error;
  }
  return writer.toBuffer();
}

/** Dubbo 3 marks an answer whose value is what the method threw. */
function exceptionCode(headers: HeaderMap): boolean {
  return headers.get('tri-exception-code') !== undefined;
}

/** What an answer without a status of gRPC says: not Triple answered, but a proxy or a web server. */
function statusOfHttp(head: ResponseHead, body: Buffer): GrpcStatus {
  if (head.status === 200 && isGrpc(head.get('content-type')))
    throw new TranscodeError('an answer of gRPC without a status');
  const text = body.toString('utf8', 0, Math.min(body.length, MAX_TEXT)).trim();
  const code = head.status === 200 ? GRPC_UNKNOWN : grpcStatusOfHttp(head.status);
  return { code, message: `HTTP ${head.status}${text === '' ? '' : `: ${text}`}`, exceptionClass: '' };
}

function failure({ code, message, exceptionClass }: GrpcStatus): ConvertedResponse {
  if (isForbidden(code))
    return exceptionAnswer(throwable({ className: RPC_EXCEPTION, message }, [['code', CODE_FORBIDDEN]]));
  if (code === GRPC_UNKNOWN)
    return exceptionAnswer(throwable({ className: exceptionClass || 'java.lang.RuntimeException', message }));
  return statusAnswer(
    toDubboStatus(code),
    message === '' ? grpcStatusName(code) : `${grpcStatusName(code)}: ${message}`,
  );
}
