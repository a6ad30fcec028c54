import { parseTcp } from "@mnet/conformance";
import { IpProtocol, type SeededRandom } from "@mnet/core";
import type { PacketAction } from "../language/tree.ts";
import { Flow } from "../wire/flow.ts";
import { readHeader } from "../wire/ip.ts";

/** The first port of the script's peer as a client. */
const FIRST_CLIENT_PORT = 50_000;
/** The port of a host that does not listen. */
const CLOSED_PORT = 8080;

/** How the runner chooses what the script leaves open. */
export interface FlowChoices {
  /** Added to the peer's first sequence number, to come near a wrap. `null`: random. */
  readonly initialSequence: number | null;
  /** Added to the peer's ports. */
  readonly portShift: number;
}

/** The connections of a script, in the order in which they appear. Packets without ports belong to the latest. */
export class Flows {
  readonly #family: 4 | 6;
  readonly #random: SeededRandom;
  readonly #choices: FlowChoices;
  readonly #all: Flow[] = [];
  #clients = 0;
  #current: Flow | null = null;
  #openings = 0;

  constructor(family: 4 | 6, random: SeededRandom, choices: FlowChoices) {
    this.#family = family;
    this.#random = random;
    this.#choices = choices;
  }

  get current(): Flow | null {
    return this.#current;
  }

  /** The flow of a packet of the peer. @param listening the port the host listens at. */
  ofInbound(packet: PacketAction, listening: number | null): Flow {
    const { ports } = packet;
    if (ports !== null) return this.#named(ports.destination, ports.source);
    this.#current ??= this.#add(
      listening ?? CLOSED_PORT,
      FIRST_CLIENT_PORT + this.#choices.portShift + this.#clients++,
    );
    return this.#current;
  }

  /** The host opened a connection: its first packet begins a flow. */
  opening(openings: number): void {
    if (openings === this.#openings) return;
    this.#openings = openings;
    this.#current = null;
  }

  /** The host listens anew: the next packet of the peer begins a flow. */
  forget(): void {
    this.#current = null;
  }

  /** The flow of a packet of the host. */
  ofOutbound(octets: Uint8Array): Flow {
    const { protocol, payload } = readHeader(octets);
    const view = new DataView(payload.buffer, payload.byteOffset);
    const [local, remote] =
      protocol === IpProtocol.Tcp
        ? [parseTcp(payload).sourcePort, parseTcp(payload).destinationPort]
        : [view.getUint16(0), view.getUint16(2)];
    const found = this.#all.findLast((flow) => flow.localPort === local && flow.remotePort === remote);
    if (found !== undefined) return found;
    this.#current = this.#add(local, remote);
    return this.#current;
  }

  #named(local: number, remote: number): Flow {
    const found = this.#all.findLast((flow) => flow.localPort === local && flow.remotePort === remote);
    this.#current = found ?? this.#add(local, remote);
    return this.#current;
  }

  #add(local: number, remote: number): Flow {
    const sequence = this.#choices.initialSequence ?? this.#random.u32();
    const flow = new Flow(this.#family, { local, remote }, { sequence, clock: this.#random.u32() });
    this.#all.push(flow);
    return flow;
  }
}
