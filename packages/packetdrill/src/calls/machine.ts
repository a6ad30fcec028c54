import type { IpAddress, Millis } from "@mnet/core";
import { defaultParameters, type TcpLayer, type TcpParameters } from "@mnet/tcp";
import { Unsupported } from "../engine/outcome.ts";
import type { World } from "../engine/world.ts";
import type { ScriptSettings } from "../settings/settings.ts";
import { addressesOf } from "../wire/ip.ts";
import { DatagramSocket } from "./datagram-socket.ts";
import { type CallOutcome, returned } from "./outcome.ts";
import { type StreamOptions, StreamSocket } from "./stream-socket.ts";

export type Descriptor = StreamSocket | DatagramSocket;

/** The process of a script: its descriptors, over the layers of the host under test. */
export class Machine {
  readonly #world: World;
  readonly #family: 4 | 6;
  /** What `...` stands for in place of a domain. */
  readonly #domain: 4 | 6;
  readonly #descriptors = new Map<number, Descriptor>();
  /** Made by a call, not yet named by the script. */
  #made: Descriptor | null = null;
  /** The stream socket that was opened or accepted last: who `tcp_info` is about. */
  current: StreamSocket | null = null;
  /** Where the host listens. */
  passivePort: number | null = null;
  /** Defaults of the host under test, for options that were never set. */
  readonly defaults: TcpParameters;
  /** Whose conventions the script follows. */
  readonly dialect: ScriptSettings["dialect"];
  /** What system controls said since the host was made: options of the sockets that are opened from then on. */
  socketDefaults: StreamOptions = {};
  /** SO_RCVBUF of a socket without a connection. */
  readonly declaredReceiveBuffer: number;
  /** Active opens so far. */
  activeOpens = 0;

  constructor(world: World, { dialect, family, mapped, tcp, declaredReceiveBuffer }: ScriptSettings) {
    this.dialect = dialect;
    this.defaults = { ...defaultParameters, ...tcp };
    this.declaredReceiveBuffer = declaredReceiveBuffer ?? this.defaults.receiveBuffer;
    this.#world = world;
    this.#family = family;
    this.#domain = mapped ? 6 : family;
  }

  get tcp(): TcpLayer {
    return this.#world.layers.tcp;
  }

  get remote(): IpAddress {
    return addressesOf(this.#family).remote;
  }

  get local(): IpAddress {
    return addressesOf(this.#family).local;
  }

  now(): Millis {
    return this.#world.now();
  }

  activeOpen(): void {
    this.activeOpens++;
  }

  /** `socket(domain, type, protocol)`. */
  socket(named: string | null, type: string): CallOutcome {
    const domain = this.#domainOf(named);
    if (type === "SOCK_STREAM") return this.opened(new StreamSocket(this.socketDefaults, domain));
    if (type !== "SOCK_DGRAM") throw new Unsupported(`socket type ${type}`);
    const peer = { address: this.remote, port: 8080 };
    return this.opened(new DatagramSocket(this.#world.layers.udp, peer, domain));
  }

  /** @throws Unsupported for a domain that has no packets here. */
  #domainOf(named: string | null): 4 | 6 {
    if (named === null) return this.#domain;
    if (named === "AF_INET6" || named === "PF_INET6") return 6;
    if ((named === "AF_INET" || named === "PF_INET") && this.#family === 4) return 4;
    throw new Unsupported(`socket domain ${named} over IPv${this.#family}`);
  }

  /** A new descriptor, which the script gives its number. */
  opened(descriptor: Descriptor): CallOutcome {
    this.#made = descriptor;
    return returned(Number.NaN);
  }

  /** The script says which number the descriptor made last has. */
  name(number: number): void {
    if (this.#made === null) return;
    this.#descriptors.set(number, this.#made);
    if (this.#made.kind === "stream") this.current = this.#made;
    this.#made = null;
  }

  /** @throws Unsupported when the script never opened it. */
  descriptor(number: number): Descriptor {
    const found = this.#descriptors.get(number);
    if (found === undefined) throw new Unsupported(`descriptor ${number}, which is not open`);
    return found;
  }

  stream(number: number): StreamSocket {
    const found = this.descriptor(number);
    if (found.kind !== "stream") throw new Unsupported(`a stream call on datagram socket ${number}`);
    return found;
  }

  release(number: number): Descriptor {
    const found = this.descriptor(number);
    this.#descriptors.delete(number);
    return found;
  }
}
