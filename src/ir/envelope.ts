/** The wrapper around every IR document: readers refuse a kind or version they don't know. */
export interface IrEnvelope<Kind extends string, Payload> {
  readonly irKind: Kind;
  readonly irVersion: 1;
  readonly payload: Payload;
}
