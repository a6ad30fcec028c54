import {
  EtherType,
  IpAddress,
  IpPrefix,
  type MacAddress,
  type Millis,
  type NetworkDevice,
  Packet,
  Verdict,
} from "@mnet/core";
import { guardBorrows } from "@mnet/devices";
import { EthernetLayer } from "@mnet/ethernet";
import { SimulatedHub, type SimulatedHubOptions, Timeline } from "@mnet/simulation";
import { describe, expect, it } from "vitest";
import { ArpResolver } from "../src/index.ts";

/** A station with nothing but ARP, driven as a stack would: deadlines when they come, re-armed after every call. */
class Station {
  readonly arp: ArpResolver;
  readonly mac: MacAddress;
  readonly events: string[] = [];
  /** First octets of the IP packets that arrived. */
  readonly received: number[] = [];
  readonly #timeline: Timeline;
  readonly #arm: () => void;

  constructor(timeline: Timeline, port: NetworkDevice) {
    const link = new EthernetLayer({ device: guardBorrows(port) });
    this.mac = link.mac;
    this.#timeline = timeline;
    this.arp = new ArpResolver({ link, random: timeline.random });
    this.arp.onConflict((address, mac, _now, outcome) => this.events.push(`${outcome} ${address} ${mac}`));
    this.arp.onUsable((address) => this.events.push(`usable ${address}`));
    link.handle(EtherType.Ipv4, {
      input: (packet) => {
        this.received.push(packet.bytes[packet.start]!);
        return Verdict.Handled;
      },
    });
    const host = timeline.host();
    this.#arm = () => host.arm(this.arp.nextDeadline());
    host.start((now: Millis) => {
      this.arp.onDeadline(now);
      this.#arm();
    });
    port.start({
      receive: (packet) => link.receive(packet, timeline.now()),
      batchEnd: this.#arm,
      writable() {},
      linkChanged() {},
      capabilitiesChanged() {},
      failed() {},
    });
  }

  claim(prefix: string, how: "announce" | "probe" = "announce"): this {
    this.arp.addAddress(IpPrefix.parse(prefix), this.#timeline.now(), how);
    this.#arm();
    return this;
  }

  send(to: string, octet: number): Verdict {
    const packet = Packet.allocate(40);
    packet.reset(20, 40);
    packet.bytes[20] = octet;
    const verdict = this.arp.sendVia(IpAddress.parse(to), packet, this.#timeline.now());
    this.#arm();
    return verdict;
  }
}

function stations(count: number, conditions: SimulatedHubOptions = {}, seed = 1): [Timeline, ...Station[]] {
  const timeline = new Timeline({ seed });
  const hub = new SimulatedHub(timeline, { latency: 1, ...conditions });
  return [timeline, ...Array.from({ length: count }, () => new Station(timeline, hub.attach()))];
}

describe("stations on one link", () => {
  it("find each other, in both directions with one exchange", () => {
    const [timeline, a, b] = stations(2) as [Timeline, Station, Station];
    a.claim("10.0.0.1/24");
    b.claim("10.0.0.2/24");
    expect(a.send("10.0.0.2", 1)).toBe(Verdict.Queued);
    timeline.advance(10);
    expect(b.received).toEqual([1]);
    expect(b.send("10.0.0.1", 2)).toBe(Verdict.Handled);
    timeline.advance(10);
    expect(a.received).toEqual([2]);
  });

  it("hear of a neighbour's new MAC address by its announcement, and traffic follows", () => {
    const [timeline, a, b, spare] = stations(3) as [Timeline, Station, Station, Station];
    a.claim("10.0.0.1/24");
    b.claim("10.0.0.2/24");
    a.send("10.0.0.2", 1);
    timeline.advance(10);
    b.arp.removeAddress(IpAddress.parse("10.0.0.2"));
    spare.claim("10.0.0.2/24");
    timeline.advance(10);
    a.send("10.0.0.2", 2);
    timeline.advance(10);
    expect([b.received, spare.received]).toEqual([[1], [2]]);
    // Nobody vouched for it: a poll follows as soon as one request a second allows.
    timeline.advance(1000);
    expect(a.arp.table()).toMatchObject([{ mac: spare.mac, state: "reachable" }]);
  });

  it("refuse an address to whoever probes for it, and keep it", () => {
    const [timeline, owner, late] = stations(2) as [Timeline, Station, Station];
    owner.claim("10.0.0.1/24");
    timeline.advance(5000);
    late.claim("10.0.0.1/24", "probe");
    timeline.advance(10_000);
    expect(late.events).toEqual([`refused 10.0.0.1 ${owner.mac}`]);
    expect(owner.events).toEqual([]);
  });

  it("never both get an address that they probe for at the same time", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const [timeline, a, b] = stations(2, {}, seed) as [Timeline, Station, Station];
      a.claim("10.0.0.1/24", "probe");
      timeline.advance(100);
      b.claim("10.0.0.1/24", "probe");
      timeline.advance(20_000);
      const usable = [a, b].filter((station) => station.events.includes("usable 10.0.0.1"));
      expect(usable.length).toBeLessThanOrEqual(1);
      expect([...a.events, ...b.events].some((event) => event.startsWith("refused"))).toBe(true);
    }
  });

  it("that share an address by mistake each defend it once, and neither floods the link", () => {
    let frames = 0;
    const filter = (): boolean => {
      frames += 1;
      return true;
    };
    const [timeline, a, b] = stations(2, { filter }) as [Timeline, Station, Station];
    a.claim("10.0.0.1/24");
    timeline.advance(5000);
    frames = 0;
    b.claim("10.0.0.1/24");
    timeline.advance(9000);
    // Two announcements, and one defence each.
    expect(frames).toBeLessThanOrEqual(4);
    expect(a.events[0]).toBe(`defended 10.0.0.1 ${b.mac}`);
    expect(b.events[0]).toBe(`defended 10.0.0.1 ${a.mac}`);
  });

  it("find each other over a link that loses a third of all frames", () => {
    let delivered = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const [timeline, a, b] = stations(2, { loss: 1 / 3 }, seed) as [Timeline, Station, Station];
      b.claim("10.0.0.2/24");
      a.claim("10.0.0.1/24");
      for (let octet = 0; octet < 20; octet++) {
        a.send("10.0.0.2", octet);
        timeline.advance(1000);
      }
      if (b.received.includes(19) || b.received.includes(18) || b.received.includes(17)) delivered += 1;
    }
    expect(delivered).toBeGreaterThanOrEqual(27);
  });
});
