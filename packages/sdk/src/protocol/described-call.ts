/** A request in words, for whoever asks what would become of it: as a person says it, or as a head of a protocol would. */
export interface DescribedCall {
  /** HTTP method; for RPC the invoked method. */
  readonly method: string;
  /** Host and port as a caller names them; '' where the protocol has none. */
  readonly authority: string;
  /** Path with query; '' for RPC. */
  readonly path: string;
  readonly scheme: string;
  /** RPC service; '' for plain HTTP. */
  readonly service: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The headers of a call, with those of `names` that have a value and that the call does not have itself in front. */
export function namedHeaders(
  { headers }: DescribedCall,
  names: Readonly<Record<string, string>>,
): readonly (readonly [name: string, value: string])[] {
  const missing = Object.entries(names).filter(
    ([name, value]) => value !== '' && !headers.some(([given]) => given === name),
  );
  return [...missing, ...headers];
}
