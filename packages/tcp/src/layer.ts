import {
  type Endpoint,
  type IcmpErrorKind,
  type IpInfo,
  type IpLayer,
  IpProtocol,
  type Millis,
  NetError,
  type Packet,
  type Random,
  sameWords,
  type Timed,
  type TransportHandler,
  Verdict,
  VerdictCounters,
} from "@mnet/core";
import { endWithoutAddress } from "./address-removed.ts";
import type { TcpConnection } from "./connection.ts";
import { TcpContext } from "./context.ts";
import type { ControlBlock } from "./control-block.ts";
import { defaultParameters } from "./defaults.ts";
import { FlowKind } from "./demux.ts";
import type { ConnectionEvents, ConnectOptions, ListenerEvents, ListenOptions } from "./events.ts";
import { SynQueue } from "./half-open.ts";
import { checksumHolds, parseSegment, Segment, TcpHeader } from "./header.ts";
import { arrive } from "./input/arrive.ts";
import { errorReceived } from "./input/icmp-error.ts";
import { arriveListen } from "./input/listen.ts";
import { arriveHalfOpen, synQueueExpired } from "./input/syn-received.ts";
import { arriveTimeWait } from "./input/time-wait.ts";
import { finish, sendReset } from "./lifecycle.ts";
import type { TcpListener } from "./listener.ts";
import { reclaim } from "./memory/reclaim.ts";
import { mibOf } from "./mib.ts";
import type { TcpObserver } from "./observer.ts";
import { openActively, openPassively } from "./open.ts";
import { parseOptions } from "./options.ts";
import { flushConnections } from "./output/flush.ts";
import { replyReset } from "./output/reply.ts";
import type { TcpParameters } from "./params.ts";
import { raise } from "./signals.ts";
import { TcpState } from "./state.ts";
import { connectionExpired } from "./timers/expire.ts";

export interface TcpLayerOptions {
  /** The IP layers to run over, at most one of each family. The layer registers itself with them for protocol 6. */
  readonly networks: readonly IpLayer[];
  /** Where secrets come from: cryptographically secure, except in tests. */
  readonly random: Random;
  /** What differs from `defaultParameters`. */
  readonly parameters?: Partial<TcpParameters>;
  /** Who hears what becomes of the connections. */
  readonly observer?: TcpObserver | null;
}

/**
 * TCP (RFC 9293). `input`, the application's calls and `onDeadline` change state and mark what is to be sent; {@link TcpLayer.flush} sends
 * it. Nothing waits, nothing reads a clock.
 */
export class TcpLayer implements TransportHandler, Timed {
  /** Segments received, by verdict. */
  readonly counters: VerdictCounters = new VerdictCounters();
  readonly #context: TcpContext;
  readonly #segment = new Segment();
  #closed = false;
  /** When a flush left work behind; Infinity for never. */
  #workLeftAt: Millis = Number.POSITIVE_INFINITY;

  constructor(options: TcpLayerOptions) {
    const parameters = { ...defaultParameters, ...options.parameters };
    this.#context = new TcpContext(options.networks, options.random, parameters, options.observer ?? null);
    for (const network of options.networks) {
      network.handle(IpProtocol.Tcp, this);
      network.onAddressChange(({ kind }) => {
        if (kind === "removed") this.#context.addressRemoved = true;
      });
    }
  }

  /** Segments handed to IP, by its verdict. */
  get sent(): VerdictCounters {
    return this.#context.sent;
  }

  /** Records in TIME-WAIT. */
  get timeWaitCount(): number {
    return this.#context.timeWait.size;
  }

  /**
   * Passive OPEN: takes connections to a port.
   * @throws NetError EADDRINUSE, EADDRNOTAVAIL (not our address, or no port left), EAFNOSUPPORT, ENETDOWN. RangeError naming the option.
   */
  listen(options: ListenOptions, events: ListenerEvents): TcpListener {
    if (this.#closed) throw new NetError("ENETDOWN", { syscall: "listen" });
    return openPassively(this.#context, options, events);
  }

  /**
   * Active OPEN: begins to connect, in SYN-SENT; the SYN leaves at the next flush, and `established` or `closed` follows. ECONNREFUSED: reset,
   * or port unreachable. ETIMEDOUT: no answer for 3 minutes or the user timeout; EHOSTUNREACH or ENETUNREACH in its place when ICMP said so.
   * @throws NetError ENETUNREACH (no route; multicast or broadcast), EADDRNOTAVAIL (not our address, or no port left), EADDRINUSE (a
   *   connection with this local port exists), EAFNOSUPPORT, ENOBUFS (`TcpParameters.memory`), ENETDOWN. RangeError naming the option.
   */
  connect(remote: Endpoint, options: ConnectOptions, events: ConnectionEvents, now: Millis): TcpConnection {
    if (this.#closed) throw new NetError("ENETDOWN", { syscall: "connect" });
    return openActively(this.#context, remote, options, events, now);
  }

  /** The connections that exist, TIME-WAIT and half-open ones excluded, accepted or not. */
  connections(): Iterable<TcpConnection> {
    return this.#blocks().map((block) => block.connection);
  }

  /** Counters with the TCP MIB's names, and gauges of the tables. */
  statistics(): Record<string, number> {
    const { statistics, timeWait, slabs, timers, flows, listeners } = this.#context;
    let halfOpen = 0;
    for (const listener of listeners.toArray()) halfOpen += listener.halfOpen;
    const gauges = {
      halfOpen,
      timeWait: timeWait.size,
      ringOctets: slabs.lent,
      outOfOrderOctets: slabs.outOfOrder,
      memoryPressures: slabs.pressures,
      timers: timers.size,
      flows: flows.size,
      longestChain: flows.longestChain(),
    };
    return { ...statistics, ...gauges };
  }

  /** The counters under the names of RFC 4022 (`tcpActiveOpens`) and of Linux (`TcpExtTCPTimeouts`). */
  mib(): Record<string, number> {
    const { statistics, params, slabs } = this.#context;
    return mibOf(statistics, params, slabs.pressures);
  }

  input(packet: Packet, info: IpInfo, now: Millis): Verdict {
    this.#context.statistics.inSegments++;
    return this.counters.count(this.#closed ? Verdict.Closed : this.#receive(packet, info, now));
  }

  error(kind: IcmpErrorKind, quoted: Packet, info: IpInfo, mtu: number, _now: Millis): boolean {
    const at = quoted.start;
    if (this.#closed || quoted.end - at < 8) return false;
    const localPort = quoted.view.getUint16(at + TcpHeader.SourcePort);
    const remotePort = quoted.view.getUint16(at + TcpHeader.DestinationPort);
    const flow = this.#context.flows.find(info.source, localPort, info.destination, remotePort);
    const sequence = quoted.view.getInt32(at + TcpHeader.Sequence);
    if (flow === null) {
      const listener = this.#context.listeners.find(info.source, localPort);
      const half = listener?.synQueue.find(info.source, info.destination, remotePort);
      return half?.initialSend === sequence;
    }
    return flow.kind === FlowKind.Connection && errorReceived(flow, kind, sequence, mtu);
  }

  flush(now: Millis): void {
    endWithoutAddress(this.#context);
    reclaim(this.#context, now);
    this.#workLeftAt = flushConnections(this.#context, now) ? now : Number.POSITIVE_INFINITY;
  }

  nextDeadline(): Millis {
    return Math.min(this.#workLeftAt, this.#context.timers.earliest(), this.#context.timeWait.nextDeadline());
  }

  onDeadline(now: Millis): void {
    const context = this.#context;
    context.timeWait.expire(now);
    for (let item = context.timers.popDue(now); item !== null; item = context.timers.popDue(now)) {
      if (item instanceof SynQueue) synQueueExpired(context, item, now);
      else connectionExpired(item, now);
    }
  }

  /**
   * Ends everything at once: a reset to every peer that has a connection with us, ENETDOWN to the application. Nothing works afterwards;
   * what arrives is dropped. Idempotent.
   */
  kill(now: Millis): void {
    if (this.#closed) return;
    this.#closed = true;
    const context = this.#context;
    for (const listener of context.listeners.toArray()) listener.closeWith("ENETDOWN", now);
    for (const block of this.#blocks()) {
      if (block.state !== TcpState.SynSent) sendReset(block, now);
      finish(block, "ENETDOWN");
      raise(block);
    }
    context.timeWait.clear();
    context.dirty.clear();
    this.#workLeftAt = Number.POSITIVE_INFINITY;
    for (const network of context.networks) network.unhandle(IpProtocol.Tcp);
  }

  #receive(packet: Packet, info: IpInfo, now: Millis): Verdict {
    // TCP knows one peer per connection (RFC 1122 4.2.3.10, RFC 9293 3.9.2.3, MUST-57).
    if (info.cast !== "unicast" || info.linkCast !== "unicast") return Verdict.BadDestination;
    const segment = this.#segment;
    const verdict = parseSegment(packet, segment);
    if (verdict !== Verdict.Handled) return this.#bad(verdict);
    if (!checksumHolds(packet, info)) return this.#bad(Verdict.BadChecksum);
    segment.ecn = info.trafficClass & 3;
    const options = packet.start + TcpHeader.Length;
    if (options < segment.textStart) parseOptions(packet.view, options, segment.textStart, segment);
    const { flows } = this.#context;
    const flow = flows.find(info.destination, segment.destinationPort, info.source, segment.sourcePort);
    if (flow === null) return this.#receiveUnknown(info, segment, now);
    if (flow.kind === FlowKind.Connection) return arrive(flow, segment, now);
    return arriveTimeWait(this.#context, flow, info, segment, now);
  }

  /** No record of the 4-tuple: LISTEN, or CLOSED (RFC 9293 3.10.7.1, 3.10.7.2). */
  #receiveUnknown(info: IpInfo, segment: Segment, now: Millis): Verdict {
    const context = this.#context;
    const network = context.network(info.family);
    if (network === null) return Verdict.Ignored;
    // From its own 4-tuple (LAND): an answer would come back here.
    if (segment.sourcePort === segment.destinationPort && sameWords(info.source, info.destination)) {
      return Verdict.BadSource;
    }
    const listener = context.listeners.find(info.destination, segment.destinationPort);
    if (listener === null) return replyReset(context, network, info, segment, now);
    const half = listener.synQueue.find(info.destination, info.source, segment.sourcePort);
    if (half !== null) return arriveHalfOpen(context, half, segment, now);
    return arriveListen(context, network, listener, info, segment, null, now);
  }

  #bad(verdict: Verdict): Verdict {
    this.#context.statistics.inErrors++;
    return verdict;
  }

  #blocks(): ControlBlock[] {
    return this.#context.flows
      .toArray()
      .filter((flow): flow is ControlBlock => flow.kind === FlowKind.Connection);
  }
}
