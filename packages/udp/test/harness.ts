import {
  type DatagramArrives,
  FakeIpLayer,
  type FakeIpLayerOptions,
  type ParsedUdp,
  parseUdp,
  type SentDatagram,
  type UdpFields,
  udpDatagram,
} from "@mnet/conformance";
import {
  type Endpoint,
  IpProtocol,
  type NetErrorCode,
  parseEndpoint,
  SeededRandom,
  type Verdict,
} from "@mnet/core";
import {
  type BindOptions,
  type Datagram,
  type UdpEvents,
  UdpLayer,
  type UdpParameters,
  type UdpPort,
} from "../src/index.ts";

export interface HarnessOptions extends FakeIpLayerOptions {
  parameters?: Partial<UdpParameters>;
  seed?: number;
}

/** A UDP layer on a fake IP layer: we are 10.0.0.1/24, the peer is 10.0.0.2. */
export class UdpHarness {
  readonly ip: FakeIpLayer;
  readonly udp: UdpLayer;

  constructor(options: HarnessOptions = {}) {
    const { parameters = {}, seed = 3, ...ip } = options;
    this.ip = new FakeIpLayer(ip);
    this.udp = new UdpLayer({ networks: [this.ip], random: new SeededRandom(seed), parameters });
  }

  bind(options: BindOptions = {}): BoundPort {
    return new BoundPort(this.udp, options);
  }

  /** A datagram arrives; from port 4000 of the peer to port 9 unless said otherwise. */
  arrive(
    data: Uint8Array | string = "",
    fields: Partial<UdpFields> = {},
    how: DatagramArrives = {},
    now = 0,
  ): Verdict {
    const addresses = {
      source: how.source ?? this.ip.peer,
      destination: how.destination ?? this.ip.address,
    };
    const ports = { sourcePort: 4000, destinationPort: 9 };
    const octets = udpDatagram({ ...addresses, ...ports, ...fields }, toOctets(data));
    return this.ip.deliver(IpProtocol.Udp, octets, how, now);
  }

  /** What was sent since the last call, parsed. */
  datagrams(): (ParsedUdp & { sent: SentDatagram })[] {
    return this.ip.take().map((sent) => ({ ...parseUdp(sent.octets, sent), sent }));
  }
}

/** A port and what it was told. */
export class BoundPort implements UdpEvents {
  readonly port: UdpPort;
  readableCount = 0;
  readonly failures: NetErrorCode[] = [];

  constructor(udp: UdpLayer, options: BindOptions) {
    this.port = udp.bind(options, this);
  }

  readable(): void {
    this.readableCount++;
  }

  failed(code: NetErrorCode): void {
    this.failures.push(code);
  }

  /** Everything that waits. */
  receiveAll(): Datagram[] {
    const all: Datagram[] = [];
    for (let next = this.port.receive(); next !== null; next = this.port.receive()) all.push(next);
    return all;
  }

  /** Everything that waits, as text. */
  texts(): string[] {
    return this.receiveAll().map(({ data }) => String.fromCharCode(...data));
  }
}

export function toOctets(data: Uint8Array | string): Uint8Array {
  return typeof data === "string" ? Uint8Array.from(data, (letter) => letter.charCodeAt(0)) : data;
}

/** `10.0.0.2:80` */
export function at(text: string): Endpoint {
  return parseEndpoint(text);
}

/** What `run` throws. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as { code?: string; name: string }).code ?? (error as Error).name;
  }
  return "nothing";
}

/** `length` octets, no two neighbours alike. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}
