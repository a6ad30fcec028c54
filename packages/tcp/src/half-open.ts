import type { HeapItem, IpAddress, IpLayer, Millis } from "@mnet/core";
import { type Flow, FlowKind } from "./demux.ts";
import type { TcpListener } from "./listener.ts";

/**
 * SYN-RECEIVED after a passive open: what a SYN leaves behind until the handshake completes (RFC 4987 3.3, the SYN cache). It has no
 * buffers, no congestion state and no connection object.
 */
export class HalfOpen implements Flow, HeapItem {
  readonly kind: typeof FlowKind.HalfOpen = FlowKind.HalfOpen;
  flowHash = 0;
  flowNext: Flow | null = null;
  heapIndex = -1;
  heapDeadline: Millis = Number.POSITIVE_INFINITY;
  readonly listener: TcpListener;
  readonly network: IpLayer;
  readonly local: IpAddress;
  readonly remote: IpAddress;
  readonly localPort: number;
  readonly remotePort: number;
  /** ISS. */
  readonly initialSend: number;
  /** IRS. */
  readonly initialReceive: number;
  /** MSS option of the SYN, 0 when absent. */
  readonly peerSegment: number;
  /** Window scale of the SYN, -1 when absent. */
  readonly peerScale: number;
  /** When the SYN-ACK was first sent. */
  readonly sentAt: Millis;
  retries = 0;
  /** When the SYN-ACK is sent again. */
  deadline: Millis = Number.POSITIVE_INFINITY;
  challengedAt: Millis = Number.NEGATIVE_INFINITY;

  constructor(
    listener: TcpListener,
    network: IpLayer,
    flow: Pick<Flow, "local" | "remote" | "localPort" | "remotePort">,
    initialSend: number,
    syn: { readonly sequence: number; readonly maximumSegment: number; readonly windowScale: number },
    now: Millis,
  ) {
    this.listener = listener;
    this.network = network;
    this.local = flow.local;
    this.remote = flow.remote;
    this.localPort = flow.localPort;
    this.remotePort = flow.remotePort;
    this.initialSend = initialSend;
    this.initialReceive = syn.sequence;
    this.peerSegment = syn.maximumSegment;
    this.peerScale = syn.windowScale;
    this.sentAt = now;
  }

  earliestDeadline(): Millis {
    return this.deadline;
  }
}
