import {
  type ArpFields,
  arpPacket,
  ethernetFrame,
  type IcmpV4Fields,
  type Ipv4Fields,
  icmpV4Message,
  ipv4Packet,
  type ParsedIpv4,
  type ParsedTcp,
  parseEthernet,
  parseIpv4,
  parseTcp,
  type TcpFields,
  tcpSegment,
  type UdpFields,
  udpDatagram,
} from "@mnet/conformance";
import { EtherType, type IpAddress, IpProtocol, type NetworkDevice } from "@mnet/core";
import type { Timeline } from "@mnet/simulation";
import { RawPeer } from "./raw-peer.ts";

type Address = IpAddress | string;
type Addresses = { source?: Address; destination?: Address };

/** A TCP segment as it came, with its IP header. */
export interface Caught {
  readonly ip: ParsedIpv4;
  readonly tcp: ParsedTcp;
}

const nothing = new Uint8Array(0);

/** A raw host that forges whatever it likes towards one victim. */
export class Attacker extends RawPeer {
  readonly address: string;
  readonly victim: string;
  #victimMac = "ff:ff:ff:ff:ff:ff";

  constructor(device: NetworkDevice, address: string, victim: string) {
    super(device, [address]);
    this.address = address;
    this.victim = victim;
  }

  aimAt(mac: string): void {
    this.#victimMac = mac;
  }

  /** An IPv4 packet, by default from the attacker to the victim. */
  ip(fields: Partial<Ipv4Fields> & { protocol: number }, payload: Uint8Array = nothing): void {
    this.packet(ipv4Packet({ source: this.address, destination: this.victim, ...fields }, payload));
  }

  /** Octets behind an Ethernet header of type IPv4. */
  packet(octets: Uint8Array): void {
    this.sendIpv4(this.#victimMac, octets);
  }

  tcp(fields: Partial<TcpFields> & { destinationPort: number; flags: string }, payload?: Uint8Array): void {
    const all = { source: this.address, destination: this.victim, sourcePort: 4000, sequence: 1, ...fields };
    this.ip({ ...addressesOf(all), protocol: IpProtocol.Tcp }, tcpSegment(all, payload));
  }

  udp(fields: Partial<UdpFields> & { destinationPort: number }, payload?: Uint8Array): void {
    const all = { source: this.address, destination: this.victim, sourcePort: 4000, ...fields };
    this.ip({ ...addressesOf(all), protocol: IpProtocol.Udp }, udpDatagram(all, payload));
  }

  icmp(fields: IcmpV4Fields & Addresses, payload?: Uint8Array): void {
    const { source = this.address, destination = this.victim } = fields;
    this.ip({ source, destination, protocol: IpProtocol.Icmp }, icmpV4Message(fields, payload));
  }

  /** An ARP packet, broadcast unless `to` says otherwise; by default from the attacker about itself. */
  forgeArp(
    fields: Partial<ArpFields> & { operation: ArpFields["operation"] },
    to = "ff:ff:ff:ff:ff:ff",
  ): void {
    const own = { senderMac: this.mac, senderAddress: this.address, targetAddress: this.victim };
    const frame = { destination: to, source: this.mac, etherType: EtherType.Arp };
    this.send(ethernetFrame(frame, arpPacket({ ...own, ...fields })));
  }

  /** What came for the attacker's eyes since the last call: IPv4 packets to its MAC address. */
  take(): ParsedIpv4[] {
    const packets = this.frames
      .map((frame) => parseEthernet(frame))
      .filter(({ destination }) => destination === this.mac)
      .map(({ payload }) => parseIpv4(payload));
    this.frames.length = 0;
    return packets;
  }

  /** The TCP segments of {@link Attacker.take}. */
  takeTcp(): Caught[] {
    return this.take()
      .filter(({ protocol }) => protocol === IpProtocol.Tcp)
      .map((ip) => ({ ip, tcp: parseTcp(ip.payload, ip) }));
  }

  /** Many connections at once by hand; those that are answered are established. */
  async connectAll(
    timeline: Timeline,
    destinationPort: number,
    sources: readonly { source?: string; sourcePort: number }[],
  ): Promise<number> {
    for (const from of sources) this.tcp({ ...from, destinationPort, flags: "S", sequence: 1000 });
    await timeline.run(10);
    const answers = this.takeTcp().filter(({ tcp }) => tcp.flags === "SA");
    for (const { ip, tcp } of answers) {
      this.tcp({
        source: ip.destination,
        sourcePort: tcp.destinationPort,
        destinationPort,
        flags: "A",
        sequence: 1001,
        acknowledgment: (tcp.sequence + 1) >>> 0,
      });
    }
    await timeline.run(10);
    return answers.length;
  }

  /**
   * A connection by hand: SYN, SYN-ACK, ACK.
   * @param fields of every segment it sends; `options` are of the SYN alone.
   */
  async connect(
    timeline: Timeline,
    fields: Partial<TcpFields> & { destinationPort: number },
  ): Promise<RawConnection> {
    const connection = new RawConnection(this, { sourcePort: 4000, sequence: 1000, ...fields });
    await connection.open(timeline);
    return connection;
  }
}

function addressesOf({ source, destination }: Required<Addresses>): Required<Addresses> {
  return { source, destination };
}

/** One end of a TCP connection without any behaviour: every segment is written by the test. */
export class RawConnection {
  /** Our next sequence number. */
  sequence: number;
  /** What we acknowledge. */
  acknowledgment = 0;
  readonly #attacker: Attacker;
  readonly #fields: Partial<TcpFields> & { destinationPort: number; sourcePort: number };
  readonly #options: Uint8Array | undefined;

  constructor(
    attacker: Attacker,
    fields: Partial<TcpFields> & { destinationPort: number; sourcePort: number; sequence: number },
  ) {
    const { options, sequence, ...others } = fields;
    this.#attacker = attacker;
    this.#fields = others;
    this.#options = options;
    this.sequence = sequence;
  }

  get port(): number {
    return this.#fields.sourcePort;
  }

  async open(timeline: Timeline): Promise<void> {
    this.#attacker.tcp({
      ...this.#fields,
      sequence: this.sequence,
      flags: "S",
      ...(this.#options === undefined ? {} : { options: this.#options }),
    });
    await timeline.run(10);
    const answer = this.take().find(({ flags }) => flags === "SA");
    if (answer === undefined) throw new Error("no SYN-ACK came");
    this.sequence = (this.sequence + 1) >>> 0;
    this.acknowledgment = (answer.sequence + 1) >>> 0;
    this.send("A");
    await timeline.run(10);
  }

  /** A segment at the next sequence number, unless `fields` say otherwise; does not move on. */
  send(flags: string, payload?: Uint8Array, fields: Partial<TcpFields> = {}): void {
    const { sequence, acknowledgment } = this;
    this.#attacker.tcp({ ...this.#fields, sequence, acknowledgment, flags, ...fields }, payload);
  }

  /** Segments of this connection that came since the last call. */
  take(): ParsedTcp[] {
    return this.#attacker
      .takeTcp()
      .map(({ tcp }) => tcp)
      .filter(({ destinationPort }) => destinationPort === this.#fields.sourcePort);
  }
}
