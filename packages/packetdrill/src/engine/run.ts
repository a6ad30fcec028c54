import { SeededRandom } from "@mnet/core";
import { Machine } from "../calls/machine.ts";
import { printCall, printPacket, printSeconds } from "../language/print.ts";
import type {
  CodeAction,
  CommandAction,
  Microseconds,
  PacketAction,
  Script,
  ScriptEvent,
  When,
} from "../language/tree.ts";
import { checkCleanUp, type ScriptSettings, settingsOf, socketDefaultsOf } from "../settings/settings.ts";
import type { AcceptedDifference } from "../wire/compare.ts";
import { expectPacket, spanOf } from "./expect.ts";
import { Flows } from "./flows.ts";
import { injectPacket, segmentsOf } from "./inject.ts";
import { Mismatch, Unsupported } from "./outcome.ts";
import { PacketLog } from "./packet-log.ts";
import { PendingCall } from "./pending-call.ts";
import { countStates, readStateCount } from "./state-count.ts";
import { checkAssertions } from "./tcp-info.ts";
import { overIpv6 } from "./translate.ts";
import type { ScriptVerdict } from "./verdict.ts";
import { type WirePacket, World } from "./world.ts";

/** How a script is run; what is left out is as the script says, or as packetdrill does it. */
export interface RunOptions {
  /** `ip` (default): bare IP packets, as packetdrill's TUN. `ethernet`: frames, with neighbours to be resolved. */
  readonly medium?: "ip" | "ethernet";
  /**
   * Over what a script runs that names no `--ip_version`; one that does is about that. `mapped`: IPv4 for sockets of AF_INET6. Over IPv6 the MTU is
   * 20 octets larger than the script's, as the header is, so that segments stay as they are; ICMP errors have their other names. Default 4.
   */
  readonly family?: 4 | 6 | "mapped";
  /** In place of the script's `--tolerance_usecs`, microseconds. */
  readonly tolerance?: number;
  /** Decides everything random. Default 1. */
  readonly seed?: number;
  /** What the peer's first sequence number is on the wire, such as one shortly before 2^32. Default: random. */
  readonly initialSequence?: number;
  /** Added to the peer's ports. Default 0. */
  readonly portShift?: number;
  /** Every packet of the peer arrives twice. What only the second provokes is recorded, and not compared. Default false. */
  readonly duplicate?: boolean;
}

/** Runs one script against a fresh host. Never throws for what the script or the host do. */
export function runScript(script: Script, options: RunOptions = {}): ScriptVerdict {
  return recordScript(script, options).verdict;
}

/** A run of one script. */
export interface Recorded {
  readonly verdict: ScriptVerdict;
  /** What was on the wire: IP packets with their times in milliseconds. */
  readonly packets: readonly WirePacket[];
  /** Whether the host or the runner threw what is no verdict: a failure that no list knows. */
  readonly thrown: boolean;
}

/** Runs one script, and tells more than the verdict. */
export function recordScript(script: Script, options: RunOptions = {}): Recorded {
  const run = new ScriptRun(script, options);
  const verdict = run.run();
  return { verdict, packets: run.packets, thrown: run.thrown };
}

class ScriptRun {
  readonly #script: Script;
  readonly #options: RunOptions;
  /** What the script's code gave names. */
  readonly #constants = new Map<string, number>();
  readonly #accepted = new Map<AcceptedDifference, number>();
  #settings!: ScriptSettings;
  /** Not there while the settings are read, which may end the run. */
  #world!: World;
  #flows!: Flows;
  #machine!: Machine;
  #log: PacketLog | null = null;
  #pending: PendingCall | null = null;
  /** Whether something was thrown that is no verdict. */
  thrown = false;
  /** What relative times count from. */
  #base: Microseconds = 0;
  #line = 0;

  constructor(script: Script, options: RunOptions) {
    this.#script = script;
    this.#options = options;
  }

  run(): ScriptVerdict {
    try {
      if (this.#script.events.length === 0) throw new Unsupported("a script without events");
      this.#begin();
      for (const event of this.#script.events) this.#event(event);
      this.#finishCall();
      return { kind: "pass", accepted: this.#accepted };
    } catch (error) {
      if (error instanceof Unsupported) return { kind: "skip", reason: error.message };
      this.thrown = !(error instanceof Mismatch);
      const { message: what, expected, actual } = error instanceof Mismatch ? error : mismatchOf(error);
      const packets = this.#log?.last(10) ?? [];
      return { kind: "fail", failure: { line: this.#line, what, expected, actual, packets } };
    }
  }

  get packets(): readonly WirePacket[] {
    return this.#world?.log ?? [];
  }

  #begin(): void {
    const { medium = "ip", family, tolerance, seed = 1 } = this.#options;
    const { initialSequence = null, portShift = 0 } = this.#options;
    const settings = settingsOf(this.#script, family);
    this.#settings = { ...settings, tolerance: tolerance ?? settings.tolerance };
    const { tcp, mtu, mapped } = settings;
    const random = new SeededRandom(seed);
    this.#world = new World({
      medium,
      mtu,
      seed: random.u32(),
      // A host with AF_INET6 sockets has both, where the link takes IPv6 (RFC 8200 5).
      families: mapped && mtu >= 1280 ? [4, 6] : [this.#settings.family],
      parameters: { tcp },
    });
    this.#flows = new Flows(this.#settings.family, random, { initialSequence, portShift });
    this.#machine = new Machine(this.#world, this.#settings);
    this.#log = new PacketLog(this.#world, this.#flows);
  }

  #event({ line, when, action }: ScriptEvent): void {
    this.#line = line;
    const span = spanOf(when, this.#base, this.#settings.tolerance);
    if (action.kind === "packet" && action.direction === "out") {
      this.#expect(action, span);
    } else {
      const at = hasTime(when) || isRange(when) ? middle(span) : this.#world.now() * 1000;
      this.#advance(at);
      if (action.kind === "packet") this.#inject(action);
      else if (action.kind === "call") this.#call(new PendingCall(this.#machine, action, line, this.#base));
      else if (action.kind === "command") this.#command(action);
      else this.#code(action);
    }
    this.#base = hasTime(when) ? middle(span) : this.#world.now() * 1000;
  }

  #advance(to: Microseconds): void {
    this.#world.advance(to / 1000, () => {
      this.#pending?.poll();
      return false;
    });
    this.#pending?.poll();
  }

  #expect(action: PacketAction, span: ReturnType<typeof spanOf>): void {
    const accepted = expectPacket(action, {
      world: this.#world,
      flows: this.#flows,
      span,
      tolerance: this.#settings.tolerance,
      timestampTick: this.#settings.timestampTick,
      slop: this.#settings.retransmissionSlop,
      passed: () => this.#pending?.poll(),
    });
    for (const name of accepted) this.#accept(name, 1);
  }

  #accept(name: AcceptedDifference, times: number): void {
    if (times > 0) this.#accepted.set(name, (this.#accepted.get(name) ?? 0) + times);
  }

  #inject(written: PacketAction): void {
    const action = this.#settings.translated ? overIpv6(written) : written;
    const flow = this.#flows.ofInbound(action, this.#machine.passivePort);
    const parts = segmentsOf(action, this.#settings.peerSegment).map((part) => {
      const octets = injectPacket(part, flow);
      this.#log?.injected(octets, printPacket(part));
      return octets;
    });
    this.#world.receive(...parts);
    this.#pending?.poll();
    if (!this.#options.duplicate) return;
    this.#world.settle();
    this.#world.receiveAgain(...parts);
    this.#pending?.poll();
  }

  #call(call: PendingCall): void {
    this.#finishCall();
    call.begin();
    this.#world.settle();
    this.#flows.opening(this.#machine.activeOpens);
    call.poll();
    if (!call.done) this.#pending = call;
  }

  /** The call before must have returned. */
  #finishCall(): void {
    const pending = this.#pending;
    if (pending === null) return;
    const { tolerance } = this.#settings;
    this.#world.advance((pending.end + tolerance) / 1000, () => {
      pending.poll();
      return pending.done;
    });
    if (!pending.done) {
      this.#line = pending.line;
      const actual = `nothing until ${printSeconds(pending.end)}`;
      throw new Mismatch("the call does not return", printCall(pending.action), actual);
    }
    pending.checkTime(tolerance);
    this.#pending = null;
  }

  #command({ text }: CommandAction): void {
    const count = readStateCount(text);
    if (count !== null) {
      const actual = countStates(this.#world, count.state);
      if (actual !== count.expected) {
        throw new Mismatch(`connections in ${count.state}`, String(count.expected), String(actual));
      }
    } else if (this.#eventsFollow()) {
      Object.assign(this.#machine.socketDefaults, socketDefaultsOf(this.#settings, this.#script, text));
    } else checkCleanUp(this.#settings, text);
  }

  /** Behind the last packet and the last socket a script only cleans up. */
  #eventsFollow(): boolean {
    return this.#script.events.some(
      ({ line, action }) =>
        line > this.#line &&
        (action.kind === "packet" || (action.kind === "call" && action.name === "socket")),
    );
  }

  #code({ text }: CodeAction): void {
    const { current } = this.#machine;
    const connection = current?.connection ?? null;
    if (current === null) throw new Unsupported("code without a socket");
    const info = connection?.info(this.#world.now()) ?? {
      state: current.listener === null ? "CLOSED" : "LISTEN",
    };
    this.#accept("degree of reordering", checkAssertions(text, info, this.#constants));
  }
}

/** What a script makes the host or the runner throw is a failure of that script. */
function mismatchOf(error: unknown): Mismatch {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const place = stack.split("\n").find((line) => /^\s+at /.test(line)) ?? "";
  return new Mismatch(`${name}: ${message}`, "no exception", `thrown ${place.trim()}`);
}

/** Whether the script says when, to the instant. What happens at any time, or in a range, happens when it does: so packetdrill. */
function hasTime({ kind }: When): boolean {
  return kind === "relative" || kind === "absolute";
}

function isRange({ kind }: When): boolean {
  return kind === "relative-range" || kind === "absolute-range";
}

function middle({ earliest, latest }: ReturnType<typeof spanOf>): Microseconds {
  return (earliest + latest) / 2;
}
