import type { Endpoint } from "@mnet/core";

/** A datagram that was received. The receiver owns it. */
export interface Datagram {
  readonly data: Uint8Array<ArrayBuffer>;
  /** Who sent it. Port 0 means that no answer is expected (RFC 768). */
  readonly remote: Endpoint;
  /** Where it was sent to: one of our addresses, or a group or broadcast address. */
  readonly local: Endpoint;
  /** Always false: datagrams are delivered whole. */
  readonly truncated: false;
}
