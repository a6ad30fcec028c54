import {
  AddressWords,
  IpAddress,
  type IpInfo,
  type IpLayer,
  IpProtocol,
  type LinkCapabilities,
  type Millis,
  type Packet,
  type Random,
  type Route,
  RxChecksum,
  type SendOptions,
  type TransportHandler,
  Verdict,
} from "@mnet/core";
import { TcpLayer, type TcpParameters } from "@mnet/tcp";
import type { Link, Receiver } from "./link.ts";

const capabilities: LinkCapabilities = {
  medium: "ip",
  mtu: 1500,
  headroom: 20,
  txChecksum: true,
  rxTrusted: true,
  gather: 2,
  segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
};

class Info implements IpInfo {
  family: 4 | 6 = 4;
  readonly source: AddressWords = new AddressWords();
  readonly destination: AddressWords = new AddressWords();
  protocol: number = IpProtocol.Tcp;
  hopLimit = 64;
  trafficClass = 0;
  flowLabel = 0;
  cast: IpInfo["cast"] = "unicast";
  linkCast: IpInfo["linkCast"] = "unicast";
  interfaceIndex = 1;
  loopback = false;
  reassembled = false;
  headerStart = 0;
}

/** A TCP layer over the least IP layer there can be: one address, one peer, and a {@link Link} to it. */
export class Host implements IpLayer, Receiver {
  readonly family = 4;
  readonly epoch = 1;
  readonly tcp: TcpLayer;
  readonly address: IpAddress;
  /** The way out. */
  link: Link | null = null;
  readonly #route: Route;
  readonly #info = new Info();
  #upper: TransportHandler | null = null;

  constructor(address: string, peer: string, random: Random, parameters: Partial<TcpParameters>) {
    this.address = IpAddress.parse(address);
    const destination = IpAddress.parse(peer);
    this.#route = {
      source: this.address,
      destination,
      nextHop: destination,
      mtu: 1500,
      headroom: 20,
      capabilities,
      loopback: false,
      cast: "unicast",
      interfaceIndex: 1,
      epoch: this.epoch,
    };
    this.#info.source.copy(destination);
    this.#info.destination.copy(this.address);
    this.tcp = new TcpLayer({ networks: [this], random, parameters });
  }

  arrive(datagram: Packet, now: Millis): void {
    this.#info.trafficClass = datagram.bytes[0]!;
    datagram.rxChecksum = RxChecksum.Verified;
    this.#upper!.input(datagram, this.#info, now);
  }

  send(packet: Packet, _route: Route, how: SendOptions, now: Millis): Verdict {
    this.link!.carry(packet, how.trafficClass & 3, now);
    return Verdict.Handled;
  }

  route(): Route {
    return this.#route;
  }

  isLocal(): boolean {
    return true;
  }

  handle(_protocol: number, upper: TransportHandler): void {
    this.#upper = upper;
  }

  unhandle(): void {}
  joinGroup(): void {}
  leaveGroup(): void {}
  confirm(): void {}
  doubt(): void {}
  onAddressChange(): void {}
  nextDeadline(): Millis {
    return Number.POSITIVE_INFINITY;
  }
  onDeadline(): void {}
}
