import {
  dnsSearchList,
  ethernetFrame,
  fragmentHeader,
  fuzzInTurns,
  fuzzPlan,
  icmpV6EchoRequest,
  icmpV6Message,
  ipv6Fragments,
  ipv6OptionsHeader,
  ipv6Packet,
  mldQuery,
  mtuOption,
  neighborAdvertisement,
  neighborSolicitation,
  parseEthernet,
  parseIpv6,
  prefixInformation,
  recursiveDnsServers,
  redirectMessage,
  repairEthernet,
  routeInformation,
  routerAdvertisement,
  routerAlertOption,
  routingHeader,
  sourceLinkAddress,
  targetLinkAddress,
  tcpOptions,
  tcpSegment,
  udpDatagram,
} from "@mnet/conformance";
import { IpProtocol } from "@mnet/core";
import { Timeline } from "@mnet/simulation";
import { silentLogger } from "@mnet/stack";
import { expect, it } from "vitest";
import { answersTo, serve, Wire } from "./support/fuzzed.ts";
import { settle, stackOn } from "./support/world.ts";

const OURS = "fd00::2";
const PEER = "fd00::9";
const ROUTER = "fe80::9";
const PEER_MAC = "02:00:00:00:00:09";
const ip = { source: PEER, destination: OURS };
const { Tcp, Udp, Icmpv6, HopByHop, Routing, Fragment, DestinationOptions } = IpProtocol;

function frame(mac: string, packet: Uint8Array): Uint8Array {
  return ethernetFrame({ destination: mac, source: PEER_MAC, etherType: 0x86dd, padTo: 60 }, packet);
}

/** A message of Neighbor Discovery, with the hop limit that it needs. */
function discovery(around: { source: string; destination: string }, message: Uint8Array): Uint8Array {
  return ipv6Packet({ ...around, nextHeader: Icmpv6, hopLimit: 255 }, message);
}

function discoveries(mac: string): Uint8Array[] {
  const toUs = { source: PEER, destination: OURS };
  const asks = { source: PEER, destination: "ff02::1:ff00:2" };
  const probes = { source: "::", destination: "ff02::1:ff00:2" };
  const routes = { source: ROUTER, destination: "ff02::1" };
  const redirects = { source: ROUTER, destination: OURS };
  const lifetimes = { validLifetime: 7200, preferredLifetime: 600 };
  const options = [
    sourceLinkAddress(PEER_MAC),
    mtuOption(1400),
    prefixInformation({ prefix: "2001:db8::/64", ...lifetimes }),
    routeInformation({ prefix: "2001:db8:1::/48", lifetime: 600 }),
    recursiveDnsServers({ servers: [PEER], lifetime: 600 }),
    dnsSearchList({ names: ["example.org"], lifetime: 600 }),
  ];
  const advertised = {
    target: PEER,
    solicited: true,
    override: true,
    options: [targetLinkAddress(PEER_MAC)],
  };
  const query = ipv6OptionsHeader(
    { nextHeader: Icmpv6, options: [routerAlertOption()] },
    mldQuery({ source: ROUTER, destination: "ff02::1" }),
  );
  const all = "33:33:00:00:00:01";
  const ours = "33:33:ff:00:00:02";
  return [
    frame(mac, discovery(toUs, neighborAdvertisement({ ...toUs, ...advertised }))),
    frame(
      ours,
      discovery(
        asks,
        neighborSolicitation({ ...asks, target: OURS, options: [sourceLinkAddress(PEER_MAC)] }),
      ),
    ),
    frame(ours, discovery(probes, neighborSolicitation({ ...probes, target: OURS }))),
    frame(all, discovery(routes, routerAdvertisement({ ...routes, lifetime: 600, options }))),
    frame(
      mac,
      discovery(redirects, redirectMessage({ ...redirects, target: "fe80::a", redirected: "3fff::1" })),
    ),
    frame(all, ipv6Packet({ ...routes, nextHeader: HopByHop, hopLimit: 1 }, query)),
  ];
}

/** What never changes: Neighbor Discovery, MLD, ICMPv6, UDP behind all kinds of headers, fragments, and SYNs to a listener. */
function fixedSamples(mac: string): Uint8Array[] {
  const udp = udpDatagram({ ...ip, sourcePort: 1, destinationPort: 9 }, new Uint8Array(90));
  const stray = udpDatagram({ ...ip, sourcePort: 1, destinationPort: 10 }, new Uint8Array(9));
  const echo = icmpV6EchoRequest({ ...ip, identifier: 1, sequence: 1 }, new Uint8Array(56));
  const quote = ipv6Packet({ source: OURS, destination: PEER, nextHeader: Tcp }, new Uint8Array(8));
  const error = icmpV6Message({ ...ip, type: 2, rest: 1300 }, quote);
  const options = tcpOptions({ maximumSegmentSize: 1000, windowScale: 7, sackPermitted: true });
  const syn = tcpSegment({ ...ip, sourcePort: 4000, destinationPort: 80, sequence: 1, flags: "S", options });
  const hops = ipv6OptionsHeader({ nextHeader: Udp, options: [routerAlertOption()] }, udp);
  const refused = ipv6OptionsHeader(
    { nextHeader: Udp, options: [{ type: 0xbe, data: new Uint8Array(4) }] },
    udp,
  );
  const routed = routingHeader({ nextHeader: Udp, type: 0, segmentsLeft: 0, addresses: [PEER] }, udp);
  const atomic = fragmentHeader({ nextHeader: Udp, identification: 4 }, udp);
  const packets = [
    ipv6Packet({ ...ip, nextHeader: Udp }, udp),
    ipv6Packet({ ...ip, nextHeader: Udp }, stray),
    ipv6Packet({ ...ip, nextHeader: Icmpv6 }, echo),
    ipv6Packet({ ...ip, nextHeader: Icmpv6 }, error),
    ipv6Packet({ ...ip, nextHeader: Tcp }, syn),
    ipv6Packet({ ...ip, nextHeader: 200 }, echo),
    ipv6Packet({ ...ip, nextHeader: HopByHop }, hops),
    ipv6Packet({ ...ip, nextHeader: DestinationOptions }, refused),
    ipv6Packet({ ...ip, nextHeader: Routing }, routed),
    ipv6Packet({ ...ip, nextHeader: Fragment }, atomic),
    ...ipv6Fragments({ ...ip, nextHeader: Udp, identification: 3 }, udp, 48),
  ];
  return [...packets.map((packet) => frame(mac, packet)), ...discoveries(mac)];
}

/** What a peer could answer to the segments that were sent. */
function answers(mac: string, frames: readonly Uint8Array[]): Uint8Array[] {
  const made: Uint8Array[] = [];
  for (const sent of frames) {
    const { etherType, payload } = parseEthernet(sent);
    if (etherType !== 0x86dd) continue;
    const packet = parseIpv6(payload);
    if (packet.nextHeader !== Tcp || packet.destination !== PEER) continue;
    for (const segment of answersTo(packet.payload, ip)) {
      made.push(frame(mac, ipv6Packet({ ...ip, nextHeader: Tcp }, segment)));
    }
  }
  return made;
}

it("200 000 frames of IPv6, random and mutated, through a whole stack with applications: it serves on, nothing stays", async () => {
  const faults: string[] = [];
  const timeline = new Timeline({ seed: 6 });
  const wire = new Wire();
  const logger = { ...silentLogger, warn: (text: string) => void faults.push(text) };
  const options = {
    name: "fuzzed",
    ipv4Only: false,
    ipv6Only: true,
    ipv6: `${OURS}/64`,
    waitFor: "dad",
    logger,
  } as const;
  const stack = await settle(timeline, stackOn(timeline, wire.device, options));
  const served = serve(stack);
  const mac = String(stack.mac);
  const fixed = fixedSamples(mac);
  const samples = [...fixed];
  await fuzzInTurns(
    { plan: fuzzPlan(process.env), samples, repair: repairEthernet, inputsPerTurn: 50 },
    (input, index) => {
      // Some of the random octets are addressed to us, or none would come further than the filter of addresses.
      if (index % 4 === 0) input.set(fixed[0]!.subarray(0, Math.min(14, input.length)));
      wire.deliver(input);
    },
    async (index) => {
      wire.batchEnd();
      await timeline.run(index % 10_000 === 0 ? 40_000 : 10);
      samples.splice(fixed.length, samples.length, ...answers(mac, wire.sent.splice(0)));
    },
  );
  expect(faults.filter((text) => text.includes("layer failed"))).toEqual([]);
  const { ethernet, ipv6, ndp } = stack.stats();
  expect(ethernet!["receivedHandlerFault"] ?? 0).toBe(0);
  expect(ipv6!["receivedHandled"]).toBeGreaterThan(1000);
  expect(ndp!["receivedHandled"]).toBeGreaterThan(1000);
  expect(served.octets).toBeGreaterThan(10_000);
  // What was learned has its lifetime, which the wire may have made a long one; the rest is gone in an hour.
  await timeline.run(3_600_000);
  const { ipv6: after, tcp } = stack.stats();
  expect(after).toMatchObject({
    reassemblyQueues: 0,
    reassemblyOctets: 0,
    loopbackQueued: 0,
    heldOctets: 0,
    resolving: 0,
  });
  expect(tcp).toMatchObject({ halfOpen: 0, timeWait: 0 });
  expect(stack.addresses().length).toBeLessThanOrEqual(18);
  // It still answers.
  wire.sent.length = 0;
  for (const whole of fixed) wire.deliver(whole);
  wire.batchEnd();
  await timeline.run(100);
  expect(wire.sent.length).toBeGreaterThan(2);
  await Promise.all([stack.kill({ timeout: 0 }), timeline.run(1000)]);
});
