import {
  ethernetFrame,
  ipv6Packet,
  neighborAdvertisement,
  parseEthernet,
  parseIpv6,
  parseNeighborDiscovery,
  prefixInformation,
  type RouterAdvertisementFields,
  routerAdvertisement,
  sourceLinkAddress,
  targetLinkAddress,
} from "@mnet/conformance";
import { type DeviceSink, EtherType, IpProtocol, type NetworkDevice, Packet } from "@mnet/core";

const ALL_NODES = "ff02::1";
const ALL_NODES_MAC = "33:33:00:00:00:01";

/** A router made of a test: says what it is told to, and answers who asks for its link address. */
export class RawRouter implements DeviceSink {
  readonly mac: string;
  readonly address: string;
  /** IPv6 packets received, from the IPv6 header on. */
  readonly packets: Uint8Array[] = [];
  readonly #device: NetworkDevice;

  constructor(device: NetworkDevice, address = "fe80::1") {
    this.#device = device;
    this.mac = String(device.mac);
    this.address = address;
    device.start(this);
  }

  /** A Router Advertisement to all nodes, with the router's link address and prefix information for `prefix` unless `null`. */
  advertise(prefix: string | null, fields: Partial<RouterAdvertisementFields> = {}): void {
    const around = { source: this.address, destination: ALL_NODES };
    const { options = [], ...rest } = fields;
    const all = [
      sourceLinkAddress(this.mac),
      ...(prefix === null ? [] : [prefixInformation({ prefix })]),
      ...options,
    ];
    this.send(ALL_NODES_MAC, around, routerAdvertisement({ ...around, ...rest, options: all }));
  }

  /** Says that `target` is this host's. */
  claim(target: string): void {
    const around = { source: this.address, destination: ALL_NODES };
    const options = [targetLinkAddress(this.mac)];
    this.send(ALL_NODES_MAC, around, neighborAdvertisement({ ...around, target, override: true, options }));
  }

  /** An ICMPv6 message in a frame, with the hop limit of Neighbor Discovery. */
  send(mac: string, around: { source: string; destination: string }, icmp: Uint8Array): void {
    const ip = ipv6Packet({ ...around, nextHeader: IpProtocol.Icmpv6, hopLimit: 255 }, icmp);
    const frame = ethernetFrame({ destination: mac, source: this.mac, etherType: EtherType.Ipv6 }, ip);
    const packet = new Packet(frame);
    packet.reset(0, frame.length);
    this.#device.send(packet);
  }

  receive(packet: Packet): void {
    const frame = parseEthernet(packet.toBytes());
    if (frame.etherType !== EtherType.Ipv6) return;
    this.packets.push(frame.payload);
    const ip = parseIpv6(frame.payload);
    if (ip.nextHeader !== IpProtocol.Icmpv6 || ip.payload[0] !== 135) return;
    const asked = parseNeighborDiscovery(ip.payload);
    if (asked.message !== "neighbor solicitation" || asked.target !== this.address || ip.source === "::")
      return;
    const around = { source: this.address, destination: ip.source };
    const options = [targetLinkAddress(this.mac)];
    const answer = neighborAdvertisement({
      ...around,
      target: this.address,
      solicited: true,
      router: true,
      options,
    });
    this.send(frame.source, around, answer);
  }

  batchEnd(): void {}
  writable(): void {}
  linkChanged(): void {}
  capabilitiesChanged(): void {}
  failed(): void {}
}
