import { type ArpFields, arpPacket, FakeLink, fuzz, fuzzPlan } from "@mnet/conformance";
import { EtherType, IpAddress, IpPrefix, Packet, SeededRandom } from "@mnet/core";
import { expect, it } from "vitest";
import { ArpResolver } from "../src/index.ts";
import { OTHER, OTHER_MAC, OWN, OWN_MAC, PEER, PEER_MAC } from "./support.ts";

const NOBODY = "00:00:00:00:00:00";
const CAPACITY = 64;

function samples(): Uint8Array[] {
  const reply: ArpFields = {
    operation: "reply",
    senderMac: PEER_MAC,
    senderAddress: PEER,
    targetMac: OWN_MAC,
    targetAddress: OWN,
  };
  return [
    arpPacket(reply),
    arpPacket({ ...reply, operation: "request", targetMac: NOBODY }),
    arpPacket({ ...reply, senderMac: OTHER_MAC, senderAddress: OTHER }),
    arpPacket({ ...reply, operation: "request", targetMac: NOBODY, targetAddress: OTHER }),
    // A probe (RFC 5227 2.1.1), an announcement (2.3), and somebody with our address (2.4).
    arpPacket({ ...reply, operation: "request", senderAddress: "0.0.0.0", targetMac: NOBODY }),
    arpPacket({ ...reply, operation: "request", targetMac: NOBODY, targetAddress: PEER }),
    arpPacket({ ...reply, senderAddress: OWN }),
  ];
}

it("200 000 packets, random and mutated, while we resolve neighbours: bounded, and forgotten in time", () => {
  const link = new FakeLink();
  const parameters = { capacity: CAPACITY, pendingCapacity: 8 };
  const arp = new ArpResolver({ link, random: new SeededRandom(1), parameters });
  arp.addAddress(IpPrefix.parse(`${OWN}/24`), 0);
  const waiting = Packet.allocate(64);
  let now = 10_000;
  let mostNeighbors = 0;
  const advance = (by: number): void => {
    const until = now + by;
    for (let at = arp.nextDeadline(); at <= until; at = arp.nextDeadline()) {
      now = Math.max(now, at);
      arp.onDeadline(now);
    }
    now = until;
    link.sent.length = 0;
  };
  fuzz({ plan: fuzzPlan(process.env), samples: samples(), maximumLength: 200 }, (input, index) => {
    link.deliver(EtherType.Arp, input, {}, now);
    if (index % 40 !== 0) return;
    waiting.reset(14, 34);
    arp.sendVia(IpAddress.v4(0x0a000002 + ((index / 40) % 200)), waiting, now);
    mostNeighbors = Math.max(mostNeighbors, arp.statistics()["neighbors"]!);
    advance(index % 4000 === 0 ? 70_000 : 20);
  });
  expect(Object.keys(arp.counters.snapshot()).sort()).toEqual([
    "AddressConflict",
    "BadSource",
    "BadVersion",
    "Handled",
    "Ignored",
    "NotForUs",
    "TooShort",
  ]);
  expect(mostNeighbors).toBeGreaterThan(8);
  expect(mostNeighbors).toBeLessThanOrEqual(CAPACITY);
  advance(3_600_000);
  expect(arp.statistics()).toEqual({ neighbors: 0, resolving: 0, heldOctets: 0 });
});
