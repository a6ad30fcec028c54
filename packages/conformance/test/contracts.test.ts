import {
  EtherType,
  type FrameInfo,
  foldSum,
  type IcmpErrorKind,
  IpAddress,
  type IpInfo,
  IpProtocol,
  IcmpErrorKind as Kind,
  MacAddress,
  type Millis,
  Packet,
  pseudoHeaderSum,
  type SendOptions,
  type TransportHandler,
  toHex,
  Verdict,
} from "@mnet/core";
import { describe, expect, it } from "vitest";
import {
  ethernetFrame,
  FakeIpLayer,
  FakeLink,
  FakeResolver,
  ipv4Packet,
  LoopbackDevice,
  parseEthernet,
  parseIpv4,
  parseUdp,
  udpDatagram,
} from "../src/index.ts";

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);
const how: SendOptions = {
  protocol: IpProtocol.Udp,
  hopLimit: 64,
  trafficClass: 0,
  dontFragment: "no",
  flowLabel: 0,
  multicastLoop: true,
};

/** The smallest transport there can be: datagrams on one port, echoed once the batch is over. */
class ToyEcho implements TransportHandler {
  readonly errors: IcmpErrorKind[] = [];
  readonly #ip: FakeIpLayer;
  readonly #port: number;
  readonly #answers: { to: IpAddress; port: number; data: Uint8Array<ArrayBuffer> }[] = [];

  constructor(ip: FakeIpLayer, port: number) {
    this.#ip = ip;
    this.#port = port;
    ip.handle(IpProtocol.Udp, this);
  }

  input(packet: Packet, info: IpInfo): Verdict {
    if (packet.end - packet.start < 8) return Verdict.TooShort;
    if (packet.view.getUint16(packet.start + 2) !== this.#port) return Verdict.PortUnreachable;
    this.#answers.push({
      to: IpAddress.fromWords(info.source),
      port: packet.view.getUint16(packet.start),
      data: packet.bytes.slice(packet.start + 8, packet.end),
    });
    return Verdict.Handled;
  }

  error(kind: IcmpErrorKind, quoted: Packet): boolean {
    const live = quoted.view.getUint16(quoted.start) === this.#port;
    if (live) this.errors.push(kind);
    return live;
  }

  flush(now: Millis): void {
    for (const { to, port, data } of this.#answers.splice(0)) this.send(to, port, data, now);
  }

  send(to: IpAddress, port: number, data: Uint8Array<ArrayBuffer>, now: Millis): Verdict {
    const route = this.#ip.route(to);
    if (route === null) return Verdict.NoRoute;
    const packet = Packet.allocate(route.headroom + 8);
    packet.reset(route.headroom, route.headroom + 8);
    packet.payload = packet.end;
    packet.tails = 1;
    packet.tail[0].aim(data, new DataView(data.buffer), 0, data.length);
    packet.view.setUint16(packet.start, this.#port);
    packet.view.setUint16(packet.start + 2, port);
    packet.view.setUint16(packet.start + 4, packet.length);
    const pseudo = pseudoHeaderSum(route.source, route.destination, IpProtocol.Udp, packet.length);
    packet.view.setUint16(packet.start + 6, foldSum(pseudo));
    packet.checksumStart = packet.start;
    packet.checksumField = packet.start + 6;
    return this.#ip.send(packet, route, how, now);
  }
}

describe("a transport over FakeIpLayer", () => {
  const request = { source: "10.0.0.2", destination: "10.0.0.1", sourcePort: 1000, destinationPort: 7 };

  it("receives lent datagrams and sends complete ones", () => {
    const ip = new FakeIpLayer();
    const echo = new ToyEcho(ip, 7);
    expect(ip.deliver(IpProtocol.Udp, udpDatagram(request, text("abc")), request, 5)).toBe(Verdict.Handled);
    expect(ip.sent).toEqual([]);
    echo.flush(6);
    const [sent] = ip.take();
    expect(sent).toMatchObject({ source: "10.0.0.1", destination: "10.0.0.2", protocol: 17, at: 6 });
    expect(parseUdp(sent!.octets, sent)).toMatchObject({
      sourcePort: 7,
      destinationPort: 1000,
      checksumValid: true,
      payload: text("abc"),
    });
    expect(ip.sent).toEqual([]);
  });

  it("answers with verdicts what it cannot take", () => {
    const ip = new FakeIpLayer();
    new ToyEcho(ip, 7);
    const elsewhere = udpDatagram({ ...request, destinationPort: 8 });
    expect(ip.deliver(IpProtocol.Udp, elsewhere, {}, 0)).toBe(Verdict.PortUnreachable);
    expect(ip.deliver(IpProtocol.Udp, text("short"), {}, 0)).toBe(Verdict.TooShort);
    expect(() => ip.deliver(IpProtocol.Tcp, text(""), {}, 0)).toThrow("nobody receives protocol 6");
  });

  it("meets refusals, missing routes and a smaller MTU", () => {
    const ip = new FakeIpLayer();
    const echo = new ToyEcho(ip, 7);
    const peer = ip.peer;
    ip.refuse = Verdict.DeviceBusy;
    expect(echo.send(peer, 1, text("x"), 0)).toBe(Verdict.DeviceBusy);
    ip.refuse = null;
    const before = ip.route(peer)!;
    ip.setMtu(576);
    expect(ip.epoch).toBeGreaterThan(before.epoch);
    expect(ip.route(peer)).toMatchObject({ mtu: 576, epoch: ip.epoch });
    expect(echo.send(peer, 1, new Uint8Array(1000), 0)).toBe(Verdict.Handled);
    const packet = Packet.allocate(600);
    packet.reset(34, 600);
    expect(ip.send(packet, ip.route(peer)!, { ...how, dontFragment: "yes" }, 0)).toBe(Verdict.TooBig);
    expect(() => ip.send(packet, before, how, 0)).toThrow("a route of epoch 1 used in epoch 2");
    ip.setRoutes([]);
    expect(echo.send(peer, 1, text("x"), 0)).toBe(Verdict.NoRoute);
  });

  it("is told of errors about its own datagrams", () => {
    const ip = new FakeIpLayer();
    const echo = new ToyEcho(ip, 7);
    const quoted = udpDatagram({ ...request, sourcePort: 7 });
    const error = { kind: Kind.PortUnreachable, protocol: IpProtocol.Udp, quoted };
    expect(ip.deliverError(error, 0)).toBe(true);
    expect(ip.deliverError({ ...error, quoted: udpDatagram(request) }, 0)).toBe(false);
    expect(echo.errors).toEqual([Kind.PortUnreachable]);
  });

  it("finds routes by address, gateway and cast", () => {
    const ip = new FakeIpLayer({ addresses: ["10.0.0.1/24", "10.0.1.1/24"], gateway: "10.0.0.254" });
    const route = (to: string, from?: string): object | null =>
      ip.route(IpAddress.parse(to), from === undefined ? undefined : IpAddress.parse(from));
    expect(String(ip.route(IpAddress.parse("10.0.1.9"))!.source)).toBe("10.0.1.1");
    expect(String(ip.route(IpAddress.parse("192.0.2.1"))!.nextHop)).toBe("10.0.0.254");
    expect(route("10.0.0.255")).toMatchObject({ cast: "broadcast" });
    expect(route("224.0.0.1")).toMatchObject({ cast: "multicast" });
    expect(route("10.0.0.1")).toMatchObject({ loopback: true });
    expect(route("10.0.0.2", "10.9.9.9")).toBe(null);
    expect(route("fd00::1")).toBe(null);
  });

  it("announces its address changes", () => {
    const ip = new FakeIpLayer();
    const changes: string[] = [];
    ip.onAddressChange(({ kind, prefix }) => changes.push(`${kind} ${prefix}`));
    ip.addAddress("10.0.0.5/24");
    ip.removeAddress("10.0.0.1", "conflict");
    expect(changes).toEqual(["added 10.0.0.5/24", "conflict 10.0.0.1/24"]);
    expect(ip.isLocal(IpAddress.parse("10.0.0.5"))).toBe(true);
    expect(ip.isLocal(IpAddress.parse("10.0.0.1"))).toBe(false);
    expect(ip.epoch).toBe(3);
  });

  it("speaks IPv6 to the same transport", () => {
    const ip = new FakeIpLayer({ family: 6 });
    const echo = new ToyEcho(ip, 7);
    const addresses = { source: "fd00::2", destination: "fd00::1" };
    ip.deliver(IpProtocol.Udp, udpDatagram({ ...request, ...addresses }, text("abc")), addresses, 0);
    echo.flush(0);
    const [sent] = ip.sent;
    expect(parseUdp(sent!.octets, sent)).toMatchObject({ checksumValid: true, payload: text("abc") });
  });
});

describe("what the doubles refuse to let pass", () => {
  it("a packet without headroom, with a wild payload offset, or with a request that nobody carries out", () => {
    const link = new FakeLink({ capabilities: { txChecksum: false, gather: 0 } });
    const packet = Packet.allocate(40);
    const send = (): Verdict => link.send(packet, MacAddress.broadcast, EtherType.Ipv4);
    packet.reset(13, 40);
    expect(send).toThrow("13 octets of headroom where 14 are needed");
    packet.reset(14, 40);
    packet.payload = 41;
    expect(send).toThrow("payload starts at 41");
    packet.reset(14, 40);
    packet.checksumStart = 14;
    expect(send).toThrow("a checksum request where none are taken");
    packet.reset(14, 40);
    packet.tails = 1;
    expect(send).toThrow("1 tails where 0 are taken");
    packet.reset(14, 40);
    packet.segmentSize = 1;
    expect(send).toThrow("a large segment where none are taken");
  });

  it("a kept packet: it is rubbish once the call is over, in debug mode or not", () => {
    const link = new FakeLink();
    let kept: Uint8Array | null = null;
    let info: FrameInfo | null = null;
    link.handle(EtherType.Ipv4, {
      input: (packet, frame) => {
        kept = packet.bytes.subarray(packet.start, packet.end);
        info = frame;
        return Verdict.Handled;
      },
    });
    link.deliver(EtherType.Ipv4, text("abc"), { source: "02:00:00:00:00:09" });
    expect(kept).toEqual(Uint8Array.of(0xdb, 0xdb, 0xdb));
    expect(info).toMatchObject({ sourceLow: 0xdbdbdb });
  });
});

describe("a checksum request", () => {
  const field = (checksumField: number): string => {
    const link = new FakeLink();
    const packet = Packet.allocate(14 + 20);
    packet.reset(14, 34);
    // A pseudo-header sum of 0xffff and nothing else: the checksum is 0.
    packet.checksumStart = 14;
    packet.checksumField = 14 + checksumField;
    packet.view.setUint16(packet.checksumField, 0xffff);
    link.send(packet, MacAddress.broadcast, EtherType.Ipv4);
    expect(packet.view.getUint16(packet.checksumField)).toBe(0xffff);
    expect(packet.checksumStart).toBe(14);
    return toHex(link.sent[0]!.octets.subarray(checksumField, checksumField + 2));
  };

  it("is carried out in the recorded copy only, with 0xffff in place of 0 for UDP", () => {
    expect(field(6)).toBe("ffff");
    expect(field(16)).toBe("0000");
  });
});

describe("FakeLink", () => {
  it("says how a frame was addressed, and keeps what is sent as a whole frame", () => {
    const link = new FakeLink();
    const seen: string[] = [];
    link.handle(EtherType.Ipv4, {
      input: (packet, frame, now) => {
        seen.push(`${frame.cast} ${frame.sourceLow} ${packet.length} ${now}`);
        return Verdict.Handled;
      },
    });
    const frame = { destination: "ff:ff:ff:ff:ff:ff", source: "02:00:00:00:00:07", etherType: 0x0800 };
    link.deliverFrame(ethernetFrame({ ...frame, padTo: 60 }), 3);
    link.deliverFrame(ethernetFrame({ ...frame, destination: "01:00:5e:00:00:01" }), 4);
    expect(seen).toEqual(["broadcast 7 46 3", "multicast 7 0 4"]);
    const packet = Packet.allocate(20);
    packet.reset(14, 20);
    link.send(packet, MacAddress.broadcast, EtherType.Ipv4);
    expect(parseEthernet(link.sent[0]!.frame)).toMatchObject({
      destination: "ff:ff:ff:ff:ff:ff",
      source: "02:00:00:00:00:01",
    });
  });

  it("counts the joins of a group", () => {
    const link = new FakeLink();
    const group = MacAddress.parse("01:00:5e:00:00:01");
    link.joinGroup(group);
    link.joinGroup(group);
    link.leaveGroup(group);
    expect(link.groups).toEqual(["01:00:5e:00:00:01"]);
    link.leaveGroup(group);
    expect(link.groups).toEqual([]);
    expect(() => link.leaveGroup(group)).toThrow("had not been joined");
  });
});

describe("FakeResolver over FakeLink", () => {
  it("holds packets until the neighbour answers, then sends them through the link", () => {
    const link = new FakeLink();
    const resolver = new FakeResolver({ link });
    const neighbor = IpAddress.parse("10.0.0.2");
    const datagram = ipv4Packet({ source: "10.0.0.1", destination: "10.0.0.2", protocol: 17 }, text("abc"));
    const packet = Packet.allocate(14 + datagram.length);
    packet.bytes.set(datagram, 14);
    packet.reset(14, 14 + datagram.length);
    expect(resolver.sendVia(neighbor, packet, 0)).toBe(Verdict.Queued);
    expect(resolver.requestsFor(neighbor)).toEqual([0]);
    packet.bytes.fill(0);
    resolver.answer(neighbor, "02:00:00:00:00:02");
    expect(link.sent).toMatchObject([{ to: "02:00:00:00:00:02", etherType: EtherType.Ipv4 }]);
    expect(parseIpv4(link.sent[0]!.octets).payload).toEqual(text("abc"));
    expect(resolver.sendVia(neighbor, packet, 1)).toBe(Verdict.Handled);
  });
});

describe("LoopbackDevice under a link", () => {
  it("gives a frame back in the next turn, never from inside send", () => {
    const turns: (() => void)[] = [];
    const device = new LoopbackDevice({ schedule: (deliver) => turns.push(deliver) });
    const log: string[] = [];
    device.start({
      receive: (packet) => void log.push(`receive ${packet.length}`),
      batchEnd: () => log.push("batchEnd"),
      writable: () => log.push("writable"),
      linkChanged: () => log.push("linkChanged"),
      capabilitiesChanged: () => log.push("capabilitiesChanged"),
      failed: () => log.push("failed"),
    });
    const packet = new Packet(
      ethernetFrame({ destination: device.mac, source: device.mac, etherType: 0x88b5 }),
    );
    expect(device.send(packet)).toBe(true);
    expect(log).toEqual([]);
    for (const turn of turns.splice(0)) turn();
    expect(log).toEqual(["receive 14", "batchEnd"]);
  });
});
