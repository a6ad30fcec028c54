import {
  describeFrame,
  ethernetFrame,
  icmpV4EchoRequest,
  ipv4Packet,
  networkDeviceSuite,
} from "@mnet/conformance";
import { devicePair } from "@mnet/devices";
import { describe, expect, it } from "vitest";

// Does a device of mine keep the contract? The suite asks for a fresh pair for each case.
networkDeviceSuite({ describe, it, expect }, () => {
  const turns: (() => void)[] = [];
  const [near, far] = devicePair({ schedule: (turn) => turns.push(turn) });
  const settle = async () => {
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn();
  };
  return { near, far, settle };
});

// What did it send? Frames are built, parsed and described without any code of the layers.
it("reads like a capture", () => {
  const ping = icmpV4EchoRequest({ identifier: 7, sequence: 1 }, new Uint8Array(56));
  const datagram = ipv4Packet({ source: "10.0.0.1", destination: "10.0.0.2", protocol: 1 }, ping);
  const macs = { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" };
  expect(describeFrame(ethernetFrame({ ...macs, etherType: 0x0800 }, datagram))).toBe(
    "02:00:00:00:00:01 > 02:00:00:00:00:02 10.0.0.1 > 10.0.0.2: ICMP echo request id 7 seq 1, 56 octets",
  );
});
