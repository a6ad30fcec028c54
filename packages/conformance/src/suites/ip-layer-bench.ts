import {
  type IcmpErrorKind,
  IpAddress,
  type IpInfo,
  type IpLayer,
  type IpPrefix,
  lend,
  type Millis,
  Packet,
  type Route,
  reclaim,
  type SendOptions,
  type TransportHandler,
  Verdict,
  viewOf,
} from "@mnet/core";

/** RFC 3692 "use for experimentation": no transport has an opinion about it. */
export const PROTOCOL = 253;

/** One datagram that left, as a transport on another host would be given it; the pieces of a fragmented one count as one. */
export interface LeftDatagram {
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly hopLimit: number;
  readonly trafficClass: number;
  /** From the transport header on, checksum requests carried out. */
  readonly octets: Uint8Array;
}

/** An IP layer on a link that a test plays the other end of; fresh for each test. */
export interface IpLayerUnderTest {
  readonly layer: IpLayer;
  /** The layer's address. Everything within `neighbor`'s prefix is on the link. */
  readonly address: IpAddress;
  readonly neighbor: IpAddress;
  /** Where no way leads to. */
  readonly unreachable: IpAddress;
  /** A group of the layer's family. */
  readonly group: IpAddress;
  /** One that can be added. */
  readonly second: IpPrefix;
  addAddress(prefix: IpPrefix): void;
  removeAddress(address: IpAddress): void;
  /** A datagram from `neighbor` to `address` arrives, with a hop limit of 33. */
  deliver(protocol: number, octets: Uint8Array, now: Millis): Verdict;
  /** What left since the last call. */
  left(): readonly LeftDatagram[];
  /** Whether datagrams to `address` itself are delivered, as every layer does but a test double. */
  readonly deliversToItself: boolean;
}

/** A transport that keeps copies of what it is given. */
export class RecordingTransport implements TransportHandler {
  readonly octets: Uint8Array[] = [];
  readonly infos: string[] = [];
  verdict: Verdict = Verdict.Handled;

  input(packet: Packet, info: IpInfo): Verdict {
    this.octets.push(packet.toBytes());
    const [source, destination] = [IpAddress.fromWords(info.source), IpAddress.fromWords(info.destination)];
    this.infos.push(`${source} > ${destination} ${info.protocol} ${info.hopLimit} ${info.cast}`);
    return this.verdict;
  }

  error(_kind: IcmpErrorKind): boolean {
    return false;
  }

  flush(): void {}
}

export function sendOptions(changes: Partial<SendOptions> = {}): SendOptions {
  const base = { protocol: PROTOCOL, hopLimit: 64, trafficClass: 0, flowLabel: 0, multicastLoop: true };
  return { ...base, dontFragment: "no", ...changes };
}

/** `octets`, the last of them as tails of the given lengths, behind exactly the headroom that the route asks for. */
export function outgoing(octets: Uint8Array, route: Route, tails: readonly number[] = []): Packet {
  const head = octets.length - tails.reduce((sum, length) => sum + length, 0);
  const packet = Packet.allocate(route.headroom + head);
  packet.bytes.set(octets.subarray(0, head), route.headroom);
  packet.reset(route.headroom, route.headroom + head);
  packet.payload = packet.end;
  packet.tails = tails.length as 0 | 1 | 2;
  let at = head;
  for (const [index, length] of tails.entries()) {
    const bytes = octets.slice(at, at + length);
    packet.tail[index as 0 | 1].aim(bytes, viewOf(bytes), 0, length);
    at += length;
  }
  return packet;
}

/** Sends under the borrow rule: with its debug mode on, a layer that writes to what it only borrowed is found out. */
export function sendLent(
  layer: IpLayer,
  packet: Packet,
  route: Route,
  how: SendOptions,
  now: Millis = 0,
): Verdict {
  const lent = lend(packet);
  const verdict = layer.send(lent, route, how, now);
  reclaim(lent, packet, "down");
  return verdict;
}
