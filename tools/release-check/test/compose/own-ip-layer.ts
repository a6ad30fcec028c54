import {
  AddressWords,
  IpAddress,
  type IpInfo,
  type IpLayer,
  Packet,
  type Route,
  RxChecksum,
  SeededRandom,
  type SendOptions,
  type TransportHandler,
  Verdict,
} from "@mnet/core";
import { TcpLayer } from "@mnet/tcp";

/** An IP layer without IP: what TCP sends is handed to the other end, with the addresses beside it instead of in a header. */
class Tunnel implements IpLayer {
  readonly family = 4;
  readonly epoch = 1;
  readonly address: IpAddress;
  other: Tunnel | null = null;
  readonly #uppers = new Map<number, TransportHandler>();

  constructor(address: string) {
    this.address = IpAddress.parse(address);
  }

  route(to: IpAddress): Route | null {
    if (this.other === null || !to.equals(this.other.address)) return null;
    return {
      source: this.address,
      destination: to,
      nextHop: to,
      mtu: 1500,
      headroom: 0,
      capabilities: {
        medium: "ip",
        mtu: 1500,
        headroom: 0,
        txChecksum: true, // and the other end trusts: a tunnel in memory changes no octets
        rxTrusted: true,
        gather: 2,
        segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
      },
      loopback: false,
      cast: "unicast",
      interfaceIndex: 0,
      epoch: this.epoch,
    };
  }

  isLocal(address: IpInfo["source"]): boolean {
    return this.address.equals(address);
  }

  send(packet: Packet, _route: Route, how: SendOptions): Verdict {
    // The packet is only lent, and nobody is called from inside send: a copy arrives in a later turn.
    const copy = new Packet(packet.toBytes());
    copy.rxChecksum = RxChecksum.Trusted;
    setTimeout(() => this.other?.receive(copy, how.protocol));
    return Verdict.Handled;
  }

  receive(packet: Packet, protocol: number): void {
    const source = new AddressWords();
    const destination = new AddressWords();
    source.copy(this.other!.address);
    destination.copy(this.address);
    const upper = this.#uppers.get(protocol);
    upper?.input(packet, { ...header, protocol, source, destination }, performance.now());
    upper?.flush(performance.now());
  }

  handle(protocol: number, upper: TransportHandler): void {
    this.#uppers.set(protocol, upper);
  }

  unhandle(protocol: number): void {
    this.#uppers.delete(protocol);
  }

  nextDeadline(): number {
    return Number.POSITIVE_INFINITY;
  }

  onDeadline(): void {}
  joinGroup(): void {}
  leaveGroup(): void {}
  confirm(): void {}
  doubt(): void {}
  onAddressChange(): void {}
}

/** What is the same in every datagram of the tunnel. */
const header = {
  family: 4,
  hopLimit: 64,
  trafficClass: 0,
  flowLabel: 0,
  cast: "unicast",
  linkCast: "unicast",
  interfaceIndex: 0,
  loopback: false,
  reassembled: false,
  headerStart: 0,
} as const;

const [left, right] = [new Tunnel("192.0.2.1"), new Tunnel("192.0.2.2")];
left.other = right;
right.other = left;
const client = new TcpLayer({ networks: [left], random: new SeededRandom(1) });
const server = new TcpLayer({ networks: [right], random: new SeededRandom(2) });

/** Nothing is lost here, so the deadlines that matter are those of delayed acknowledgments and of the end. */
const ticking = setInterval(() => {
  for (const tcp of [client, server]) {
    const now = performance.now();
    if (tcp.nextDeadline() <= now) tcp.onDeadline(now);
    tcp.flush(now);
  }
}, 10);

const silent = { established() {}, readable() {}, writable() {}, finished() {}, closed() {} };

// The server gives back what it is sent. Events only tell; the work is done after them.
server.listen(
  { port: 7 },
  {
    acceptable(listener) {
      const connection = listener.accept({
        ...silent,
        readable: (flow) => {
          setTimeout(() => {
            const chunk = new Uint8Array(flow.readableOctets);
            flow.read(chunk, performance.now());
            flow.write(chunk, 0, chunk.length, performance.now());
            if (flow.endOfStream) flow.close(performance.now());
            server.flush(performance.now());
          });
        },
      });
      if (connection === null) throw new Error("announced, and not there");
    },
    closed() {},
  },
);

export const echoed: Promise<string> = new Promise((resolve, reject) => {
  const received: number[] = [];
  client.connect(
    { address: right.address, port: 7 },
    {},
    {
      ...silent,
      established(flow) {
        const text = new TextEncoder().encode("hello over my own IP");
        flow.write(text, 0, text.length, performance.now());
        flow.shutdownWrite(performance.now());
      },
      readable(flow) {
        const chunk = new Uint8Array(flow.readableOctets);
        received.push(...chunk.subarray(0, flow.read(chunk, performance.now())));
        if (flow.endOfStream) resolve(new TextDecoder().decode(new Uint8Array(received)));
      },
      closed: (_flow, error) => error !== null && reject(new Error(error)),
    },
    performance.now(),
  );
  client.flush(performance.now());
});
void echoed.finally(() => clearInterval(ticking));
