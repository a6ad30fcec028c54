import {
  arpPacket,
  ethernetFrame,
  fuzzInTurns,
  fuzzPlan,
  icmpV4Message,
  ipv4Fragments,
  ipv4Packet,
  parseEthernet,
  parseIpv4,
  repairEthernet,
  tcpOptions,
  tcpSegment,
  udpDatagram,
} from "@mnet/conformance";
import { IpProtocol } from "@mnet/core";
import { Timeline } from "@mnet/simulation";
import { silentLogger } from "@mnet/stack";
import { expect, it } from "vitest";
import { answersTo, serve, Wire } from "./support/fuzzed.ts";
import { stackOn } from "./support/world.ts";

const OURS = "10.0.0.2";
const PEER = "10.0.0.9";
const PEER_MAC = "02:00:00:00:00:09";
const BROADCAST = "ff:ff:ff:ff:ff:ff";
const ip = { source: PEER, destination: OURS };

function frame(mac: string, etherType: number, payload: Uint8Array): Uint8Array {
  return ethernetFrame({ destination: mac, source: PEER_MAC, etherType, padTo: 60 }, payload);
}

/** What never changes: ARP both ways, ICMP, UDP, fragments, and SYNs to a listener. */
function fixedSamples(mac: string): Uint8Array[] {
  const arp = { senderMac: PEER_MAC, senderAddress: PEER, targetMac: mac, targetAddress: OURS };
  const udp = udpDatagram({ ...ip, sourcePort: 1, destinationPort: 9 }, new Uint8Array(90));
  const stray = udpDatagram({ ...ip, sourcePort: 1, destinationPort: 10 }, new Uint8Array(9));
  const echo = icmpV4Message({ type: 8, code: 0 }, new Uint8Array(56));
  const quote = ipv4Packet({ source: OURS, destination: PEER, protocol: 6 }, new Uint8Array(8));
  const error = icmpV4Message({ type: 3, code: 4, rest: 600 }, quote);
  const options = tcpOptions({ maximumSegmentSize: 1000, windowScale: 7, sackPermitted: true });
  const syn = tcpSegment({ ...ip, sourcePort: 4000, destinationPort: 80, sequence: 1, flags: "S", options });
  const datagrams = [
    ipv4Packet({ ...ip, protocol: IpProtocol.Udp }, udp),
    ipv4Packet({ ...ip, protocol: IpProtocol.Udp }, stray),
    ipv4Packet({ ...ip, protocol: IpProtocol.Icmp }, echo),
    ipv4Packet({ ...ip, protocol: IpProtocol.Icmp }, error),
    ipv4Packet({ ...ip, protocol: IpProtocol.Tcp }, syn),
    ipv4Packet({ ...ip, protocol: 200, options: Uint8Array.of(1, 7, 7, 4, 0, 0, 0, 0) }, echo),
    ...ipv4Fragments({ ...ip, protocol: IpProtocol.Udp, identification: 3 }, udp, 48),
  ];
  return [
    frame(mac, 0x0806, arpPacket({ ...arp, operation: "reply" })),
    frame(BROADCAST, 0x0806, arpPacket({ ...arp, operation: "request", targetMac: "00:00:00:00:00:00" })),
    frame(BROADCAST, 0x0800, datagrams[0]!),
    ...datagrams.map((datagram) => frame(mac, 0x0800, datagram)),
  ];
}

/** What a peer could answer to the segments that were sent. */
function answers(mac: string, frames: readonly Uint8Array[]): Uint8Array[] {
  const made: Uint8Array[] = [];
  for (const sent of frames) {
    const { etherType, payload } = parseEthernet(sent);
    if (etherType !== 0x0800) continue;
    const datagram = parseIpv4(payload);
    if (datagram.protocol !== IpProtocol.Tcp || datagram.destination !== PEER) continue;
    for (const segment of answersTo(datagram.payload, ip)) {
      made.push(frame(mac, 0x0800, ipv4Packet({ ...ip, protocol: IpProtocol.Tcp }, segment)));
    }
  }
  return made;
}

it("200 000 frames, random and mutated, through a whole stack with applications: it serves on, nothing stays", async () => {
  const faults: string[] = [];
  const timeline = new Timeline({ seed: 3 });
  const wire = new Wire();
  const logger = { ...silentLogger, warn: (text: string) => void faults.push(text) };
  const stack = await stackOn(timeline, wire.device, { name: "fuzzed", ipv4: `${OURS}/24`, logger });
  const served = serve(stack);
  const mac = String(stack.mac);
  const fixed = fixedSamples(mac);
  const samples = [...fixed];
  const plan = fuzzPlan(process.env);
  await fuzzInTurns(
    { plan, samples, repair: repairEthernet, inputsPerTurn: 50 },
    (input, index) => {
      // Some of the random octets are addressed to us, or none would come further than the filter of addresses.
      if (index % 4 === 0) input.set(fixed[3]!.subarray(0, Math.min(14, input.length)));
      wire.deliver(input);
    },
    async (index) => {
      wire.batchEnd();
      await timeline.run(index % 10_000 === 0 ? 40_000 : 10);
      samples.splice(fixed.length, samples.length, ...answers(mac, wire.sent.splice(0)));
    },
  );
  expect(faults.filter((text) => text.includes("layer failed"))).toEqual([]);
  const { ethernet, ipv4 } = stack.stats();
  expect(ethernet!["receivedHandlerFault"] ?? 0).toBe(0);
  expect(ipv4!["receivedHandled"]).toBeGreaterThan(1000);
  expect(served.octets).toBeGreaterThan(10_000);
  await timeline.run(3_600_000);
  const { arp, ipv4: after, tcp } = stack.stats();
  expect(after).toMatchObject({ reassemblyQueues: 0, reassemblyOctets: 0, loopbackQueued: 0 });
  expect(arp).toMatchObject({ neighbors: 0, resolving: 0, heldOctets: 0 });
  expect(tcp).toMatchObject({ halfOpen: 0, timeWait: 0 });
  // It still answers: a SYN that nobody spoilt.
  wire.sent.length = 0;
  for (const whole of fixed) wire.deliver(whole);
  wire.batchEnd();
  await timeline.run(100);
  expect(wire.sent.length).toBeGreaterThan(2);
  await Promise.all([stack.kill({ timeout: 0 }), timeline.run(1000)]);
});
