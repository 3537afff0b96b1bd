/** Under what HTTP services are published, by their hosts, by their applications and by their interfaces. */
export const HTTP_SERVICE_SUFFIXES = ['Http1', 'Http2', 'springcloud', 'grpc', 'tri'] as const;
