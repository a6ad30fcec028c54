import { foldSum, IpAddress, sumOctets, Verdict, viewOf } from "@mnet/core";
import { streamOctets } from "../model/stream-content.ts";
import type { SuiteApi } from "./api.ts";
import {
  type IpLayerUnderTest,
  outgoing,
  PROTOCOL,
  RecordingTransport,
  sendLent,
  sendOptions,
} from "./ip-layer-bench.ts";

type Case = (name: string, run: (under: IpLayerUnderTest) => void) => void;

const octets = (length: number): Uint8Array => streamOctets(5, 0, length);

/**
 * The contract of an `IpLayer` as transports rely on it: routes and their epoch, sending, receiving, and changes of addresses.
 * @param make a fresh layer for each test.
 */
export function ipLayerSuite(api: SuiteApi, make: () => IpLayerUnderTest): void {
  const test: Case = (name, run) => {
    api.it(name, () => run(make()));
  };
  api.describe("as an IP layer", () => {
    routeCases(api, test);
    sendCases(api, test);
    largeCases(api, test);
    receiveCases(api, test);
    changeCases(api, test);
    loopbackCases(api, test);
  });
}

function routeCases(api: SuiteApi, test: Case): void {
  test("knows the way to a neighbour, and says what a transport needs of it", ({
    layer,
    address,
    neighbor,
  }) => {
    const route = layer.route(neighbor)!;
    api
      .expect([route.source, route.destination, route.nextHop].map(String))
      .toEqual([address, neighbor, neighbor].map(String));
    api.expect([route.loopback, route.cast, route.epoch]).toEqual([false, "unicast", layer.epoch]);
    api.expect(route.mtu).toBeGreaterThan(67);
    api.expect(route.headroom).toBeGreaterThan(route.capabilities.headroom - 1);
  });

  test("knows no way to what is unreachable, from an address that is not its own, or to another family", (under) => {
    const { layer, address, neighbor } = under;
    api.expect(layer.route(under.unreachable)).toBe(null);
    api.expect(layer.route(neighbor, under.unreachable)).toBe(null);
    api.expect(layer.route(neighbor, address) === null).toBe(false);
    api.expect(layer.route(IpAddress.parse(layer.family === 4 ? "fd00::9" : "10.0.0.9"))).toBe(null);
  });

  test("tells its own addresses from others", ({ layer, address, neighbor }) => {
    api.expect([layer.isLocal(address), layer.isLocal(neighbor)]).toEqual([true, false]);
  });

  test("takes advice about a route and stays as it is", ({ layer, neighbor }) => {
    const route = layer.route(neighbor)!;
    layer.confirm(route, 0);
    layer.doubt(route, 0);
    api.expect(layer.route(neighbor)!.epoch).toBe(route.epoch);
  });
}

function sendCases(api: SuiteApi, test: Case): void {
  test("sends what it is given, once, and gives the packet back as it was", (under) => {
    const { layer, address, neighbor } = under;
    const route = layer.route(neighbor)!;
    const packet = outgoing(octets(100), route);
    const how = sendOptions({ hopLimit: 7, trafficClass: 0x28 });
    api.expect(sendLent(layer, packet, route, how)).toBe(Verdict.Handled);
    api.expect([packet.start, packet.length]).toEqual([route.headroom, 100]);
    const left = under.left();
    api.expect(left.length).toBe(1);
    const { protocol, source, destination, hopLimit, trafficClass } = left[0]!;
    api.expect([protocol, hopLimit, trafficClass]).toEqual([PROTOCOL, 7, 0x28]);
    api.expect([source, destination]).toEqual([address, neighbor].map(String));
    api.expect(left[0]!.octets).toEqual(octets(100));
  });

  test("sends what is in tails behind the rest", (under) => {
    const route = under.layer.route(under.neighbor)!;
    const most = Math.min(2, route.capabilities.gather);
    for (let tails = 1; tails <= most; tails++) {
      const packet = outgoing(octets(50), route, new Array<number>(tails).fill(11));
      api.expect(sendLent(under.layer, packet, route, sendOptions())).toBe(Verdict.Handled);
      api.expect(under.left()[0]!.octets).toEqual(octets(50));
    }
  });

  test("carries a checksum request to whoever carries it out", (under) => {
    const route = under.layer.route(under.neighbor)!;
    if (!route.capabilities.txChecksum) return;
    const packet = outgoing(octets(41), route);
    packet.checksumStart = packet.start;
    packet.checksumField = packet.start + 16;
    packet.view.setUint16(packet.checksumField, 0x1234);
    sendLent(under.layer, packet, route, sendOptions());
    const { octets: sent } = under.left()[0]!;
    // The field held the sum of a pseudo-header, here 0x1234; with the checksum in its place everything adds up.
    api.expect(foldSum(0x1234 + sumOctets(viewOf(sent), 0, sent.length))).toBe(0xffff);
  });
}

function largeCases(api: SuiteApi, test: Case): void {
  test("refuses what does not fit when it must not be fragmented, and sends nothing of it", (under) => {
    const route = under.layer.route(under.neighbor)!;
    const packet = outgoing(octets(route.mtu), route);
    const how = sendOptions({ dontFragment: "yes" });
    api.expect(sendLent(under.layer, packet, route, how)).toBe(Verdict.TooBig);
    api.expect(under.left()).toEqual([]);
  });

  test("fragments what does not fit when it may", (under) => {
    const route = under.layer.route(under.neighbor)!;
    const whole = octets(3 * route.mtu);
    const packet = outgoing(whole, route);
    api.expect(sendLent(under.layer, packet, route, sendOptions())).toBe(Verdict.Handled);
    const sent = under.left();
    api.expect(sent.length).toBe(1);
    api.expect(sent[0]!.octets.every((octet, at) => octet === whole[at])).toBe(true);
  });
}

function receiveCases(api: SuiteApi, test: Case): void {
  test("gives a transport what is for it, with what the header said, and returns its verdict", (under) => {
    const transport = new RecordingTransport();
    under.layer.handle(PROTOCOL, transport);
    api.expect(under.deliver(PROTOCOL, octets(30), 0)).toBe(Verdict.Handled);
    api.expect(transport.octets).toEqual([octets(30)]);
    api.expect(transport.infos).toEqual([`${under.neighbor} > ${under.address} ${PROTOCOL} 33 unicast`]);
    transport.verdict = Verdict.QueueFull;
    api.expect(under.deliver(PROTOCOL, octets(1), 0)).toBe(Verdict.QueueFull);
  });

  test("gives a protocol to one transport, until it lets go of it", (under) => {
    const [first, second] = [new RecordingTransport(), new RecordingTransport()];
    under.layer.handle(PROTOCOL, first);
    api.expect(throws(() => under.layer.handle(PROTOCOL, second))).toBe(true);
    under.layer.unhandle(PROTOCOL);
    api.expect(under.deliver(PROTOCOL, octets(8), 0)).toBe(Verdict.ProtocolUnreachable);
    under.layer.handle(PROTOCOL, second);
    under.deliver(PROTOCOL, octets(8), 0);
    api.expect([first.octets.length, second.octets.length]).toEqual([0, 1]);
  });
}

function changeCases(api: SuiteApi, test: Case): void {
  test("announces an address that comes and goes, and asks for routes to be looked up again", (under) => {
    const { layer, second, neighbor } = under;
    const told: string[] = [];
    layer.onAddressChange(({ kind, prefix }) => told.push(`${kind} ${prefix}`));
    const before = layer.route(neighbor)!;
    under.addAddress(second);
    api.expect(layer.epoch).toBeGreaterThan(before.epoch);
    api.expect(layer.route(neighbor)!.epoch).toBe(layer.epoch);
    api.expect(layer.isLocal(second.address)).toBe(true);
    api.expect(String(layer.route(neighbor, second.address)?.source)).toBe(String(second.address));
    const between = layer.epoch;
    under.removeAddress(second.address);
    api.expect(layer.epoch).toBeGreaterThan(between);
    api.expect(layer.isLocal(second.address)).toBe(false);
    api.expect(layer.route(neighbor, second.address)).toBe(null);
    api.expect(told).toEqual([`added ${second}`, `removed ${second}`]);
  });

  test("counts the joins of a group", ({ layer, group }) => {
    api.expect(layer.isLocal(group)).toBe(false);
    layer.joinGroup(group, 0);
    layer.joinGroup(group, 0);
    layer.leaveGroup(group, 0);
    api.expect(layer.isLocal(group)).toBe(true);
    layer.leaveGroup(group, 0);
    api.expect(layer.isLocal(group)).toBe(false);
  });
}

function loopbackCases(api: SuiteApi, test: Case): void {
  test("delivers what is sent to its own address, later and not over the link", (under) => {
    const { layer, address } = under;
    const route = layer.route(address)!;
    api.expect(route.loopback).toBe(true);
    if (!under.deliversToItself) return;
    const transport = new RecordingTransport();
    layer.handle(PROTOCOL, transport);
    sendLent(layer, outgoing(octets(20), route), route, sendOptions());
    api.expect(transport.octets.length).toBe(0);
    api.expect(layer.nextDeadline()).toBeLessThanOrEqual(0);
    layer.onDeadline(0);
    api.expect(transport.octets).toEqual([octets(20)]);
    api.expect(under.left()).toEqual([]);
  });
}

function throws(run: () => void): boolean {
  try {
    run();
  } catch {
    return true;
  }
  return false;
}
