import {
  CryptoRandom,
  type FrameHandler,
  IpAddress,
  IpPrefix,
  type LinkLayer,
  Packet,
  Verdict,
} from "@mnet/core";
import { Ipv6Layer } from "@mnet/ipv6-ndp";

/** A link that carries bare packets of up to 1280 octets to whoever sits at the other end. */
class PointToPoint implements LinkLayer {
  readonly mac = null;
  readonly capabilities: LinkLayer["capabilities"] = {
    medium: "ip",
    mtu: 1280,
    headroom: 0,
    txChecksum: false,
    rxTrusted: false,
    gather: 2,
    segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
  };
  other: PointToPoint | null = null;
  #upper: FrameHandler | null = null;

  send(packet: Packet): Verdict {
    // The packet is only lent, and nobody is called from inside send: a copy arrives in a later turn.
    const copy = new Packet(packet.toBytes());
    const frame = { cast: "unicast", sourceHigh: 0, sourceLow: 0 } as const;
    queueMicrotask(() => this.other!.#upper!.input(copy, frame, performance.now()));
    return Verdict.Handled;
  }

  handle(_etherType: number, upper: FrameHandler): void {
    this.#upper = upper;
  }

  joinGroup(): void {}
  leaveGroup(): void {}
}

const left = new PointToPoint();
const right = new PointToPoint();
left.other = right;
right.other = left;
const near = new Ipv6Layer({ link: left, random: new CryptoRandom() });
const far = new Ipv6Layer({ link: right, random: new CryptoRandom() });
near.addAddress(IpPrefix.parse("2001:db8::1/64"), performance.now());
far.addAddress(IpPrefix.parse("2001:db8::2/64"), performance.now());
near.start(performance.now());
far.start(performance.now());

export const received: Promise<string> = new Promise((resolve) => {
  // 253 is for experiments (RFC 3692).
  far.handle(253, {
    input(packet, { source, reassembled }) {
      const whole = reassembled ? "put together" : "whole";
      resolve(`${packet.length} octets from ${IpAddress.fromWords(source)}, ${whole}`);
      return Verdict.Handled;
    },
    error: () => false,
    flush() {},
  });
});

// Without a route there is no sending: ask first, then leave as much room in front as the route says.
const route = near.route(IpAddress.parse("2001:db8::2"));
if (route === null) throw new Error("no route");
const packet = Packet.allocate(route.headroom + 5000);
packet.reset(route.headroom, packet.bytes.length);
const how = { protocol: 253, hopLimit: 64, trafficClass: 0, flowLabel: 0, multicastLoop: false } as const;
near.send(packet, route, { ...how, dontFragment: "no" }, performance.now());
// Timeouts and loopback need a clock: call near.onDeadline(now) when near.nextDeadline() has come.
