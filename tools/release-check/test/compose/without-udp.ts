import { ArpResolver } from "@mnet/arp";
import {
  CryptoRandom,
  type DeviceSink,
  IpPrefix,
  type Millis,
  type NetworkDevice,
  type Packet,
  type Verdict,
} from "@mnet/core";
import { completeOffload, devicePair } from "@mnet/devices";
import { EthernetLayer } from "@mnet/ethernet";
import { IcmpV4Layer } from "@mnet/icmp";
import { Ipv4Layer } from "@mnet/ipv4";
import { createStack } from "@mnet/stack";
import { TcpLayer } from "@mnet/tcp";

/** TCP over IPv4 with ping, and no UDP at all: its code is not even loaded. */
class SmallStack implements DeviceSink {
  readonly ethernet: EthernetLayer;
  readonly arp: ArpResolver;
  readonly ipv4: Ipv4Layer;
  readonly icmp: IcmpV4Layer;
  readonly tcp: TcpLayer;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(bare: NetworkDevice, prefix: string) {
    const device = completeOffload(bare); // so that the layers may leave checksums to the device
    const random = new CryptoRandom();
    this.ethernet = new EthernetLayer({ device });
    this.arp = new ArpResolver({ link: this.ethernet, random });
    this.ipv4 = new Ipv4Layer({ link: this.ethernet, resolver: this.arp, random });
    this.icmp = new IcmpV4Layer({ ip: this.ipv4, random });
    this.ipv4.reportErrorsTo(this.icmp);
    this.tcp = new TcpLayer({ networks: [this.ipv4], random });
    this.arp.addAddress(IpPrefix.parse(prefix), performance.now());
    this.ipv4.addAddress(IpPrefix.parse(prefix));
    device.start(this);
    this.settle();
  }

  receive(packet: Packet): Verdict {
    return this.ethernet.receive(packet, performance.now());
  }

  batchEnd(): void {
    this.settle();
  }

  writable(): void {
    this.settle();
  }

  linkChanged(): void {}
  failed(): void {}

  capabilitiesChanged(): void {
    this.ethernet.capabilitiesChanged();
    this.ipv4.linkChanged();
  }

  /** After every batch, every deadline and every call of the application: send what is ready, then wait for the next deadline. */
  settle(): void {
    const layers = [this.arp, this.ipv4, this.icmp, this.tcp];
    const now: Millis = performance.now();
    for (const layer of layers) if (layer.nextDeadline() <= now) layer.onDeadline(now);
    this.icmp.flush(now);
    this.tcp.flush(now);
    clearTimeout(this.#timer);
    const next = Math.min(...layers.map((layer) => layer.nextDeadline()));
    // setTimeout fires at once for delays above 2^31 - 1.
    if (next !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.settle(), Math.min(Math.max(0, next - now), 0x7fffffff));
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

const [near, far] = devicePair();
const small = new SmallStack(far, "10.0.0.2/24");
small.tcp.listen(
  { port: 9000 },
  {
    acceptable(listener) {
      const silent = { established() {}, readable() {}, writable() {}, finished() {}, closed() {} };
      const flow = listener.accept(silent);
      const greeting = new TextEncoder().encode("hello");
      flow?.write(greeting, 0, greeting.length, performance.now());
      flow?.close(performance.now());
    },
    closed() {},
  },
);

// A whole stack at the other end finds TCP and ping, and is told that there is no UDP (RFC 792: protocol unreachable).
const whole = await createStack({ device: near, name: "whole", ipv4: "10.0.0.1/24" });
const flow = await whole.tcp.connect({ host: "10.0.0.2", port: 9000 });
const greeting = new TextDecoder().decode(await flow.readExactly(5));
await flow.close();

const socket = whole.udp.bind({});
socket.connect({ host: "10.0.0.2", port: 9000 });
await socket.send(new Uint8Array(1));
const failure = await socket.recv().catch((error: { code: string }) => error.code);
export const found: string = `TCP says ${greeting}, UDP says ${failure}`;

await whole.kill();
small.stop();
