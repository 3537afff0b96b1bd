/**
 * What every protocol of the family `http` says alike, whichever of them it is: who asks for a head by its family needs no
 * name of a protocol.
 */

/** Field of a head or of trailers in which the answer to a call (a request with a service) has its status of gRPC, 0 to 16. */
export const HTTP_CALL_STATUS = 'grpc-status';

/**
 * The id of the service that a request of the family is for, as rules and figures know it: a service that is called keeps its
 * name, a request without one is for its authority. An ending that the service has already stays.
 *
 * @param service as in the head; '' = the request is no call
 */
export function httpServiceId(authority: string, service: string): string {
  if (service === '') return `${authority}@Http1`;
  return service.includes('@') ? service : `${service}@grpc`;
}
