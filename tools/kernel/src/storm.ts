import { Peer } from "./peer.ts";

export interface StormOptions {
  /** The interface it goes out of, in this namespace. */
  readonly name: string;
  /**
   * `malformed`: frames with lengths, checksums, options and types that lie. `syn`: from as many hosts. `fragment`: never complete.
   * Of IPv6, then `source` and `destination` are IPv6 addresses: `advertisement`: of as many routers, with everything in it;
   * `solicitation`: for as many addresses and by as many hosts; `redirect`: for as many destinations, half of them by the victim's router.
   * On one TCP connection of IPv4, in the name of a `source` that is nobody else's: `islands`: single octets with gaps between them;
   * `sacks`: acknowledgments that select single octets and segments of what the victim sends on that connection.
   */
  readonly kind:
    | "malformed"
    | "syn"
    | "fragment"
    | "advertisement"
    | "solicitation"
    | "redirect"
    | "islands"
    | "sacks";
  readonly count: number;
  /** Frames a second. Default 20 000. */
  readonly rate?: number;
  /** Milliseconds after which it ends in any case. Default 60 000. */
  readonly limit?: number;
  /** MAC address of the victim. */
  readonly to: string;
  /** An honest host's address, in whose name some of it is sent; for redirects the link-local address of the victim's router. */
  readonly source: string;
  /** The victim's address. */
  readonly destination: string;
  /** An open TCP port of the victim. */
  readonly port: number;
  readonly seed?: number;
}

export interface StormReport {
  readonly sent: number;
  readonly milliseconds: number;
}

/** A storm of bad frames onto the link of an interface, from a process of its own. */
export class Storm {
  readonly #peer: Peer;
  readonly #limit: number;

  private constructor(peer: Peer, limit: number) {
    this.#peer = peer;
    this.#limit = limit;
  }

  /** Resolves when the process runs and {@link Storm.run} can begin at once. */
  static async ready(options: StormOptions): Promise<Storm> {
    const { limit = 60_000 } = options;
    const onConnection = options.kind === "islands" || options.kind === "sacks";
    const peer = Peer.start(onConnection ? "tcp-attack" : "storm", options);
    try {
      await peer.event("ready");
    } catch (error) {
      await peer.stop();
      throw error;
    }
    return new Storm(peer, limit);
  }

  /** Begins; resolves when it is over. Once. */
  async run(): Promise<StormReport> {
    this.#peer.command("go");
    try {
      return (await this.#peer.event("done", this.#limit + 10_000)) as unknown as StormReport;
    } finally {
      await this.#peer.stop();
    }
  }
}

export interface PulseReport {
  /** Round trips since the last report. */
  readonly exchanges: number;
  /** Milliseconds of the longest of them, one that is not back yet included. */
  readonly worst: number;
}

/** A live connection of the kernel's TCP to an echo service, beating every 20 ms; stop it when done. */
export class Pulse {
  readonly #peer: Peer;

  private constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Resolves when it is connected. */
  static async start(to: { readonly host: string; readonly port: number }): Promise<Pulse> {
    const peer = Peer.start("tcp-pulse", to);
    try {
      await peer.event("connected", 10_000);
    } catch (error) {
      await peer.stop();
      throw error;
    }
    return new Pulse(peer);
  }

  /** What it saw since the last report. @throws Error (as a rejection) when the connection has ended. */
  async report(): Promise<PulseReport> {
    this.#peer.command("report");
    return (await this.#peer.event("report", 10_000)) as unknown as PulseReport;
  }

  async stop(): Promise<void> {
    await this.#peer.stop();
  }
}
