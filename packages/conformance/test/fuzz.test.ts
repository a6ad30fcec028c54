import { borrowDebug, fromHex, IpAddress, IpProtocol, toHex } from "@mnet/core";
import { expect, it } from "vitest";
import {
  ethernetFrame,
  fragmentHeader,
  fuzz,
  fuzzInTurns,
  fuzzPlan,
  InputSource,
  icmpV6EchoRequest,
  ipv4Packet,
  ipv6OptionsHeader,
  ipv6Packet,
  parseIcmpV6,
  parseIpv4,
  parseIpv6Chain,
  parseTcp,
  parseUdp,
  type Repair,
  repairEthernet,
  repairIpv6,
  repairTransport,
  routerAlertOption,
  tcpSegment,
  udpDatagram,
} from "../src/index.ts";

const ip = { source: "10.0.0.1", destination: "10.0.0.2" };
const udp = ipv4Packet(
  { ...ip, protocol: 17 },
  udpDatagram({ ...ip, sourcePort: 1, destinationPort: 2 }, new Uint8Array(21)),
);
const samples = [
  ethernetFrame({ destination: "02:00:00:00:00:01", source: "02:00:00:00:00:02", etherType: 0x0800 }, udp),
];

function row(seed: number, count: number): string[] {
  const source = new InputSource({ seed, samples, repair: repairEthernet });
  return Array.from({ length: count }, () => toHex(source.next()));
}

it("gives the same inputs for the same seed, and others for another", () => {
  expect(row(1, 200)).toEqual(row(1, 200));
  expect(row(1, 200)).not.toEqual(row(2, 200));
});

it("reaches every length up to the longest, and cuts and extends samples", () => {
  const source = new InputSource({ seed: 1, samples, maximumLength: 100 });
  const random = new Set<number>();
  const mutated = new Set<number>();
  for (let i = 0; i < 10_000; i++) {
    random.add(source.next().length);
    mutated.add(source.next().length);
  }
  expect(random.size).toBe(101);
  expect(Math.min(...mutated)).toBe(0);
  expect(Math.max(...mutated)).toBeGreaterThan(1000);
});

it("repairs lengths and the checksums of all layers", () => {
  const frame = samples[0]!.slice();
  frame.fill(0, 14 + 10, 14 + 12);
  frame[14 + 8] = 9;
  frame[frame.length - 1] = 77;
  const longer = new Uint8Array([...frame, 1, 2, 3]);
  repairEthernet(longer, { lengths: true });
  const datagram = parseIpv4(longer.subarray(14));
  expect(datagram).toMatchObject({ checksumValid: true, totalLength: udp.length + 3, ttl: 9 });
  expect(parseUdp(datagram.payload, ip)).toMatchObject({ checksumValid: true, length: 32 });

  const segment = tcpSegment({
    ...ip,
    sourcePort: 1,
    destinationPort: 2,
    sequence: 3,
    flags: "A",
    checksum: 0,
  });
  const [source, destination] = [IpAddress.parse(ip.source), IpAddress.parse(ip.destination)];
  repairTransport(source!, destination!, IpProtocol.Tcp)(segment, { lengths: false });
  expect(parseTcp(segment, ip).checksumValid).toBe(true);
});

it("repairs IPv6 behind its extension headers, and leaves fragments alone", () => {
  const around = { source: "fe80::1", destination: "fe80::2" };
  const message = icmpV6EchoRequest({ ...around, identifier: 1, sequence: 2, checksum: 0 });
  const atomic = fragmentHeader({ nextHeader: 58, identification: 9 }, message);
  const chain = ipv6OptionsHeader({ nextHeader: 44, options: [routerAlertOption()] }, atomic);
  const packet = ipv6Packet({ ...around, nextHeader: 0, payloadLength: 3 }, chain);
  const frame = ethernetFrame(
    { destination: "02:00:00:00:00:01", source: "02:00:00:00:00:02", etherType: 0x86dd },
    packet,
  );
  repairEthernet(frame, { lengths: true });
  const { upper, ...parsed } = parseIpv6Chain(frame.subarray(14));
  expect(parsed.protocol).toBe(58);
  expect(parseIcmpV6(upper, around).checksumValid).toBe(true);

  const before = toHex(
    ipv6Packet(
      { ...around, nextHeader: 44 },
      fragmentHeader({ nextHeader: 58, identification: 9, moreFragments: true }, message),
    ),
  );
  const fragment = fromHex(before);
  repairIpv6(fragment, { lengths: true });
  expect(toHex(fragment)).toBe(before);
});

it("repairs whatever it is given without a fault", () => {
  let repaired = 0;
  const repair: Repair = (octets, parts) => {
    repairEthernet(octets, parts);
    repaired++;
  };
  fuzz({ plan: { seed: 1, inputs: 5000 }, samples, repair }, (input) =>
    repairEthernet(input, { lengths: true }),
  );
  expect(repaired).toBeGreaterThan(2000);
});

it("names seed, number and octets of an input that finds a fault, and gives the cause", () => {
  const plan = { seed: 7, inputs: 1000 };
  const cause = new Error("cannot be");
  let octets = "";
  const run = (input: Uint8Array, index: number): void => {
    octets = toHex(input);
    if (index === 501) throw cause;
  };
  const found = (() => {
    try {
      fuzz({ plan, samples }, run);
    } catch (error) {
      return error as Error;
    }
    return null;
  })();
  expect(found?.message).toBe(`seed 7, input 501: cannot be\n${octets}`);
  expect(found?.cause).toBe(cause);
  expect(borrowDebug()).toBe(true);
});

it("begins with the regressions, and pauses between turns", async () => {
  const seen: string[] = [];
  const turns: number[] = [];
  const options = { plan: { seed: 1, inputs: 100 }, samples, regressions: ["00ff", "c0"], inputsPerTurn: 25 };
  await fuzzInTurns(
    options,
    (input, index) => void (index < 0 && seen.push(toHex(input))),
    async (index) => void turns.push(index),
  );
  expect(seen).toEqual(options.regressions.map((text) => toHex(fromHex(text))));
  expect(turns).toEqual([0, 25, 50, 75]);
});

it("takes its plan from the environment", () => {
  expect(fuzzPlan({})).toEqual({ seed: 1, inputs: 200_000 });
  expect(fuzzPlan({ MNET_FUZZ_SEED: "9", MNET_FUZZ_INPUTS: "1000000" })).toEqual({
    seed: 9,
    inputs: 1_000_000,
  });
  expect(() => fuzzPlan({ MNET_FUZZ_INPUTS: "many" })).toThrow(
    new RangeError("MNET_FUZZ_INPUTS must be a positive integer, not many"),
  );
});
