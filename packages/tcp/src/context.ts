import {
  DeadlineHeap,
  FlowLabels,
  type IpLayer,
  IpProtocol,
  type Millis,
  Packet,
  type Random,
  randomInteger,
  type SendOptions,
  TokenBucket,
  VerdictCounters,
} from "@mnet/core";
import { SlabPool } from "./buffers/slab-pool.ts";
import { SampleRecord } from "./congestion/sample.ts";
import type { ControlBlock } from "./control-block.ts";
import { FlowTable } from "./demux.ts";
import { FlowHash } from "./flow-hash.ts";
import type { SynQueue } from "./half-open.ts";
import { InitialSequence } from "./isn.ts";
import { ListenerTable } from "./listener-table.ts";
import { Delivery } from "./loss/delivery.ts";
import { RecordTables } from "./loss/record-table.ts";
import type { TcpObserver } from "./observer.ts";
import { TurnQueue } from "./output/turn-queue.ts";
import { MOST_RESET_TOKENS, SPARE_RINGS, type TcpParameters } from "./params.ts";
import { EphemeralPorts } from "./ports.ts";
import { TcpStatistics } from "./statistics.ts";
import { SynCookies } from "./syn-cookies/cookie.ts";
import { type TimeWaitRecord, TimeWaitTable } from "./timers/time-wait.ts";
import { TimestampOffset } from "./timestamps/timestamps.ts";

/** Everything the connections of one layer share. */
export class TcpContext {
  readonly params: TcpParameters;
  readonly networks: readonly IpLayer[];
  readonly observer: TcpObserver | null;
  readonly flows: FlowTable<ControlBlock | TimeWaitRecord>;
  readonly listeners: ListenerTable = new ListenerTable();
  readonly timeWait: TimeWaitTable;
  readonly timers: DeadlineHeap<ControlBlock | SynQueue>;
  /** For the half-open connections of all listeners. */
  readonly halfOpenHash: FlowHash;
  readonly slabs: SlabPool;
  /** Addresses went away since connections were last looked at. */
  addressRemoved = false;
  /** When memory was last looked for. */
  reclaimedAt: Millis = Number.NEGATIVE_INFINITY;
  readonly initialSequence: InitialSequence;
  readonly timestampOffset: TimestampOffset;
  readonly synCookies: SynCookies;
  readonly flowLabels: FlowLabels;
  readonly ports: EphemeralPorts;
  readonly statistics: TcpStatistics = new TcpStatistics();
  /** Segments handed to IP, by its verdict. */
  readonly sent: VerdictCounters = new VerdictCounters();
  readonly #random: Random;
  readonly #resets: TokenBucket;
  /** How stateless answers are sent. */
  readonly replyOptions: SendOptions = {
    protocol: IpProtocol.Tcp,
    hopLimit: 0,
    trafficClass: 0,
    dontFragment: "yes",
    flowLabel: 0,
    multicastLoop: false,
  };
  /** Memory of what is outstanding. */
  readonly recordTables: RecordTables = new RecordTables();
  /** In which is collected what an acknowledgment tells. */
  readonly delivery: Delivery = new Delivery();
  /** In which acknowledgments are told to congestion controllers. */
  readonly sample: SampleRecord = new SampleRecord();
  /** The one packet that segments leave in, but for those in {@link TcpContext.lifted}. */
  readonly outgoing: Packet = Packet.allocate(256);
  /** The one packet for segments that are made beside the send ring their text is in; aimed anew for each. */
  readonly lifted: Packet = Packet.allocate(0);
  /** Connections with something to send, in the order in which they get their turn. */
  readonly dirty: TurnQueue = new TurnQueue();
  /** Those that found no room below in this flush; empty between flushes. */
  readonly blocked: TurnQueue = new TurnQueue();
  /** The device refused a packet in this flush. */
  deviceBusy = false;
  /** A flush is under way. */
  flushing = false;

  constructor(
    networks: readonly IpLayer[],
    random: Random,
    params: TcpParameters,
    observer: TcpObserver | null,
  ) {
    this.networks = networks;
    this.observer = observer;
    this.params = params;
    this.#random = random;
    this.slabs = new SlabPool(SPARE_RINGS, params.memory);
    this.flows = new FlowTable(random);
    this.halfOpenHash = new FlowHash(random);
    this.timers = new DeadlineHeap((item): Millis => item.earliestDeadline());
    this.initialSequence = new InitialSequence(random);
    this.flowLabels = new FlowLabels(random);
    this.synCookies = new SynCookies(random);
    this.timestampOffset = new TimestampOffset(random);
    this.ports = new EphemeralPorts(params.ephemeralPorts, random);
    this.#resets = new TokenBucket(params.resetsPerSecond, params.resetsPerSecond);
    this.timeWait = new TimeWaitTable(params.timeWait, params.timeWaitLimit, (record, evicted) => {
      this.flows.remove(record);
      if (evicted) this.statistics.timeWaitEvictions++;
    });
  }

  /** Lets the connection send at the next flush. */
  markDirty(block: ControlBlock): void {
    if (block.dirty) return;
    block.dirty = true;
    this.dirty.push(block);
  }

  /**
   * Whether a reset to a segment of no connection may be sent. All of them share one bucket, and whoever could see it run dry to the token
   * could tell by it whether a forged segment met a connection (CVE-2016-5696 and CVE-2020-25705 read such counters): so its price varies.
   */
  mayReset(now: Millis): boolean {
    return this.#resets.take(now, randomInteger(this.#random, 0, MOST_RESET_TOKENS));
  }

  network(family: 4 | 6): IpLayer | null {
    for (const network of this.networks) if (network.family === family) return network;
    return null;
  }
}
