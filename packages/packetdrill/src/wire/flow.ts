/** How numbers of the script and numbers on the wire belong together, for one connection. Live = script + offset, modulo 2^32. */
export class Flow {
  readonly family: 4 | 6;
  /** Ports of the host under test and of its peer, on the wire. */
  readonly localPort: number;
  readonly remotePort: number;
  /** Of the peer's sequence numbers; chosen by the runner. */
  readonly remoteOffset: number;
  /** Of the host's sequence numbers; `null` until its SYN was seen. */
  localOffset: number | null = null;
  /** Of the peer's timestamps; chosen by the runner. */
  readonly remoteClockOffset: number;
  /** Of the host's timestamps; `null` until one was seen. */
  localClockOffset: number | null = null;
  /** Which of the host's timestamps the script's values stood for last: a script may give several one value. */
  readonly localClock: Map<number, number> = new Map();
  /** The script's sequence numbers of the two SYNs; `null` until they were seen. */
  localInitial: number | null = null;
  remoteInitial: number | null = null;
  /** The script's sequence number of the host's FIN; `null` until it was seen. */
  finSequence: number | null = null;
  /** How far the host has sent, in the script's numbers; `null` before its first segment. */
  sentUpTo: number | null = null;
  /** The window scales that the two SYNs had, bits; `null`: none. */
  localScale: number | null = null;
  remoteScale: number | null = null;
  /** Where the host's window ended last, in the script's numbers of the peer; `null` before its first that acknowledged. */
  rightEdge: number | null = null;
  /** The window of the host's SYN that acknowledged nothing; it counts from behind the peer's SYN. */
  openingWindow: number | null = null;
  /** Segments of the host that began before that: repetitions. */
  repetitions = 0;
  /** The last packet of the host, quoted by ICMP errors. */
  lastSent: Uint8Array | null = null;

  constructor(
    family: 4 | 6,
    ports: { readonly local: number; readonly remote: number },
    offsets: { readonly sequence: number; readonly clock: number },
  ) {
    this.family = family;
    this.localPort = ports.local;
    this.remotePort = ports.remote;
    this.remoteOffset = offsets.sequence;
    this.remoteClockOffset = offsets.clock;
  }

  /** A number of the peer's sequence space, on the wire. */
  remoteLive(script: number): number {
    return (script + this.remoteOffset) >>> 0;
  }

  remoteScript(live: number): number {
    return (live - this.remoteOffset) >>> 0;
  }

  /** A number of the host's sequence space, on the wire; the script's own before its SYN was seen. */
  localLive(script: number): number {
    return (script + (this.localOffset ?? 0)) >>> 0;
  }

  localScript(live: number): number {
    return (live - (this.localOffset ?? 0)) >>> 0;
  }

  /** Where the octet with the peer's `script` sequence number lies in the stream. */
  remotePosition(script: number): number {
    return (script - (this.remoteInitial ?? 0) - 1) | 0;
  }

  localPosition(script: number): number {
    return (script - (this.localInitial ?? 0) - 1) | 0;
  }
}

/** Which streams carry which octets (`streamOctets` of conformance). */
export const remoteStream = 1;
export const localStream = 2;
