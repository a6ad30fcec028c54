import { type ArpFields, arpPacket, FakeLink, parseArp, type SentFrame } from "@mnet/conformance";
import {
  EtherType,
  fromHex,
  IpAddress,
  IpPrefix,
  lend,
  type Millis,
  Packet,
  reclaim,
  SeededRandom,
  toHex,
  type Verdict,
} from "@mnet/core";
import { type ArpParameters, ArpResolver } from "../src/index.ts";

/** Addresses on the link of the tests: 10.0.0.1 is ours. */
export const OWN = "10.0.0.1";
export const OWN_MAC = "02:00:00:00:00:01";
export const PEER = "10.0.0.2";
export const PEER_MAC = "02:00:00:00:00:02";
export const OTHER = "10.0.0.3";
export const OTHER_MAC = "02:00:00:00:00:03";

export interface BenchOptions {
  readonly parameters?: Partial<ArpParameters>;
  /** Prefixes that are ours and long announced. Default `10.0.0.1/24`. */
  readonly own?: readonly string[];
}

/** A resolver on a link that the test plays the other end of, on a clock that the test moves. */
export class Bench {
  readonly link: FakeLink = new FakeLink();
  readonly arp: ArpResolver;
  now: Millis = 0;
  readonly #log: string[] = [];

  constructor({ parameters = {}, own = [`${OWN}/24`] }: BenchOptions = {}) {
    this.arp = new ArpResolver({ link: this.link, random: new SeededRandom(1), parameters });
    for (const prefix of own) this.arp.addAddress(IpPrefix.parse(prefix), 0);
    this.advance(10_000);
    this.now = 0;
    this.#log.length = 0;
  }

  /** Sends the octets of `hex` to a neighbour, as the IP layer does. */
  send(nextHop: string, hex = "45"): Verdict {
    const { headroom } = this.link.capabilities;
    const octets = fromHex(hex);
    const packet = Packet.allocate(headroom + octets.length);
    packet.bytes.set(octets, headroom);
    packet.reset(headroom, headroom + octets.length);
    return this.sendPacket(nextHop, packet);
  }

  sendPacket(nextHop: string, packet: Packet): Verdict {
    const lent = lend(packet);
    const verdict = this.arp.sendVia(IpAddress.parse(nextHop), lent, this.now);
    reclaim(lent, packet, "down");
    this.#collect();
    return verdict;
  }

  /** Delivers an ARP packet from {@link PEER} to us, with the given changes. */
  receive(fields: Partial<ArpFields> = {}): Verdict {
    return this.receiveOctets(
      arpPacket({
        operation: "reply",
        senderMac: PEER_MAC,
        senderAddress: PEER,
        targetMac: OWN_MAC,
        targetAddress: OWN,
        ...fields,
      }),
    );
  }

  receiveOctets(octets: Uint8Array): Verdict {
    const verdict = this.link.deliver(EtherType.Arp, octets, {}, this.now);
    this.#collect();
    return verdict;
  }

  /** Moves the clock, running every deadline at its time. */
  advance(by: Millis): void {
    this.#collect();
    const end = this.now + by;
    for (let at = this.arp.nextDeadline(); at <= end; at = this.arp.nextDeadline()) {
      this.now = Math.max(this.now, at);
      this.arp.onDeadline(this.now);
      this.#collect();
    }
    this.now = end;
  }

  /** What was sent since the last call, each line with its time. */
  log(): string[] {
    this.#collect();
    return this.#log.splice(0);
  }

  /** `address mac state` of each entry, with the packets that wait. */
  table(): string[] {
    return this.arp
      .table()
      .map(
        ({ address, mac, state, queued }) =>
          `${address} ${mac ?? "?"} ${state}${queued > 0 ? ` +${queued}` : ""}`,
      );
  }

  #collect(): void {
    for (const sent of this.link.take()) this.#log.push(`${Math.round(this.now)} ${describeFrame(sent)}`);
  }
}

/** One line for a frame that we sent. */
function describeFrame({ to, etherType, octets }: SentFrame): string {
  const where = to === "ff:ff:ff:ff:ff:ff" ? "everybody" : to;
  if (etherType !== EtherType.Arp) return `ip ${toHex(octets)} to ${where}`;
  const { operation, senderAddress, targetAddress, senderMac, targetMac } = parseArp(octets);
  if (senderMac !== OWN_MAC) throw new Error(`sent from ${senderMac}`);
  if (operation === "reply")
    return `${senderAddress} is at ${senderMac}, tell ${targetAddress} ${targetMac} to ${where}`;
  if (targetMac !== "00:00:00:00:00:00") throw new Error(`a request with target ${targetMac}`);
  if (senderAddress === "0.0.0.0") return `probe ${targetAddress} to ${where}`;
  if (senderAddress === targetAddress) return `announce ${targetAddress} to ${where}`;
  return `who has ${targetAddress}, tell ${senderAddress} to ${where}`;
}
