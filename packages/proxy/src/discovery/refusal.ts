/** What a caller of the local API asked for cannot be done as asked; the message says what would do. */
export class DiscoveryRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
