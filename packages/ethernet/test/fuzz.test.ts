import { arpPacket, ethernetFrame, fuzz, fuzzPlan, ipv4Packet, repairEthernet } from "@mnet/conformance";
import { EtherType, type FrameHandler, MacAddress, Packet, Verdict } from "@mnet/core";
import { expect, it } from "vitest";
import { EthernetLayer } from "../src/index.ts";
import { BROADCAST, OWN, PEER, RecordingDevice } from "./support.ts";

const GROUP = "01:00:5e:00:00:01";

/** Frames of every kind that the layer tells apart. */
function samples(): Uint8Array[] {
  const addresses = { source: "10.0.0.2", destination: "10.0.0.1" };
  const datagram = ipv4Packet({ ...addresses, protocol: 253 }, new Uint8Array(40));
  const arp = arpPacket({
    operation: "request",
    senderMac: PEER,
    senderAddress: "10.0.0.2",
    targetMac: "00:00:00:00:00:00",
    targetAddress: "10.0.0.1",
  });
  const frame = (etherType: number, destination = OWN, source = PEER, payload = datagram): Uint8Array =>
    ethernetFrame({ destination, source, etherType, padTo: 60 }, payload);
  return [
    frame(EtherType.Ipv4),
    frame(EtherType.Ipv4, GROUP),
    frame(EtherType.Arp, BROADCAST, PEER, arp),
    frame(EtherType.Ipv6),
    frame(EtherType.Vlan),
    frame(46),
    frame(EtherType.Ipv4, OWN, OWN),
  ];
}

it("200 000 frames, random and mutated: each gets its verdict, none throws or passes that may not", () => {
  const device = new RecordingDevice();
  const faults: unknown[] = [];
  const layer = new EthernetLayer({ device, onFault: (error) => void faults.push(error) });
  let passed = 0;
  let impossible = 0;
  const handler: FrameHandler = {
    input(packet, frame) {
      passed++;
      if ((frame.sourceHigh & 0x010000) !== 0 || packet.start !== 14) impossible++;
      return Verdict.Handled;
    },
  };
  layer.handle(EtherType.Ipv4, handler);
  layer.handle(EtherType.Arp, handler);
  layer.joinGroup(MacAddress.parse(GROUP));
  const plan = fuzzPlan(process.env);
  fuzz({ plan, samples: samples(), repair: repairEthernet }, (input) => {
    const packet = new Packet(input);
    packet.reset(0, input.length);
    layer.receive(packet, 0);
  });
  expect(faults).toEqual([]);
  expect(impossible).toBe(0);
  const counts = layer.counters.snapshot();
  expect(Object.keys(counts).sort()).toEqual([
    "BadSource",
    "Handled",
    "LengthFrame",
    "NotForUs",
    "TooShort",
    "UnknownEtherType",
    "VlanTagged",
  ]);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(plan.inputs);
  expect(passed).toBe(counts["Handled"]);
  expect(device.frames).toEqual([]);
});
