import type { Endpoint, IpAddress, NetErrorCode } from "@mnet/core";
import type { UdpDatagram } from "../api/udp.ts";

/** The core under a `UdpSocket`. Calls throw NetError. */
export interface DatagramPort {
  readonly local: Endpoint;
  readonly remote: Endpoint | null;
  /** Sends one datagram; `data` may be reused at once. @param to `null` for the peer. */
  send(data: Uint8Array, to: Endpoint | null): Promise<void>;
  /** The datagram that has waited longest, `null` when none waits. */
  receive(): UdpDatagram | null;
  /** The last ICMP error that nobody took yet; taken by this call. */
  takeError(): NetErrorCode | null;
  connect(to: Endpoint): void;
  disconnect(): void;
  joinGroup(group: IpAddress): void;
  leaveGroup(group: IpAddress): void;
  /** Frees the port; no event follows. Idempotent. */
  close(): void;
}

/** What happens to a {@link DatagramPort}: record it and return. */
export interface DatagramEvents {
  /** A datagram waits. */
  readable(): void;
  /** An error waits. */
  failed(): void;
}
