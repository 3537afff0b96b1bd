import { type GrpcStatus, grpcStatusName, grpcStatusOfHttp } from '../common/grpc/index.ts';
import { isObject, type ProtoJson } from '../common/proto/index.ts';

/** Status of HTTP by that of gRPC, as google.rpc.Code names them. */
const HTTP_STATUS = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401] as const;
const MAX_TEXT_CHARS = 1024;

export function httpStatusOf(grpcStatus: number): number {
  return HTTP_STATUS[grpcStatus] ?? 500;
}

/** What a caller of HTTP is told of a status of gRPC that is no success. */
export interface ErrorDocument {
  /** `5` */
  readonly code: number;
  /** `NOT_FOUND` */
  readonly status: string;
  readonly message: string;
}

export function errorDocument({ code, message }: Pick<GrpcStatus, 'code' | 'message'>): ErrorDocument {
  return { code, status: grpcStatusName(code), message };
}

/** What a caller of gRPC is told of an answer of HTTP that is no success: its own words where they are an `ErrorDocument`. */
export function statusOfAnswer(httpStatus: number, body: Buffer): GrpcStatus {
  const document = parsed(body);
  const known = readError(document);
  if (known !== null) return known;
  const told = isObject(document) ? document['message'] : undefined;
  const message = typeof told === 'string' ? told : body.toString('utf8', 0, MAX_TEXT_CHARS);
  return { code: statusOfHttp(httpStatus), message, exceptionClass: '' };
}

/** The status that a document tells; null where it tells none. */
export function readError(document: ProtoJson): GrpcStatus | null {
  if (!isObject(document)) return null;
  const { code, message } = document;
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 1 || code > 16) return null;
  return { code, message: typeof message === 'string' ? message : '', exceptionClass: '' };
}

/** An application's status: what a proxy on the way says is told apart in `grpcStatusOfHttp`. */
function statusOfHttp(httpStatus: number): number {
  switch (httpStatus) {
    case 400:
    case 422:
      return 3;
    case 404:
      return 5;
    case 409:
      return 10;
    case 412:
      return 9;
    case 416:
      return 11;
    case 429:
      return 8;
    case 499:
      return 1;
    case 501:
      return 12;
    default:
      return grpcStatusOfHttp(httpStatus);
  }
}

function parsed(body: Buffer): ProtoJson {
  if (body.length > MAX_ERROR_BYTES) return null;
  try {
    return JSON.parse(body.toString()) as ProtoJson;
  } catch {
    return null;
  }
}

const MAX_ERROR_BYTES = 65_536;
