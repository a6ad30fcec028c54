import { EtherType, foldSum, IpAddress, IpProtocol, MacAddress, pseudoHeaderSum } from "@mnet/core";
import { ethernetFrame } from "../build/ethernet.ts";
import { ipv4Packet } from "../build/ipv4.ts";
import { udpDatagram } from "../build/udp.ts";
import { streamOctets } from "../model/stream-content.ts";
import { parseIpv4 } from "../parse/ipv4.ts";
import { parseUdp } from "../parse/udp.ts";
import type { SuiteApi } from "./api.ts";
import { DeviceBench, type DevicesUnderTest, gather } from "./device-bench.ts";

export interface NetworkDeviceSuiteOptions {
  /** How many frames sent in one turn make `send` return `false` at the latest. Default `null`: it never does. */
  readonly refusesAfter?: number | null;
}

type Make = () => DevicesUnderTest | Promise<DevicesUnderTest>;
type Case = (name: string, run: (bench: DeviceBench) => Promise<void>) => void;

const ETHERNET_HEADER = 14;
const IPV4_HEADER = 20;
const UDP_HEADER = 8;

/**
 * The contract of a `NetworkDevice`: frames arrive as they were sent, the borrow rule holds, no sink call comes from inside `send`,
 * back-pressure, pausing and closing.
 * @param make a fresh, unstarted pair of connected devices for each test.
 */
export function networkDeviceSuite(api: SuiteApi, make: Make, options: NetworkDeviceSuiteOptions = {}): void {
  const test: Case = (name, run) => {
    api.it(name, async () => {
      const bench = new DeviceBench(await make());
      try {
        await run(bench);
        api.expect([...bench.near.faults, ...bench.far.faults]).toEqual([]);
      } finally {
        await bench.close();
      }
    });
  };
  api.describe("as a network device", () => {
    deliveryCases(api, test);
    turnCases(api, test);
    borrowCases(api, test);
    checksumCase(api, test);
    pressureCases(api, test, options.refusesAfter ?? null);
    closingCases(api, test, make);
  });
}

function deliveryCases(api: SuiteApi, test: Case): void {
  test("says what it can do", async ({ devices: { near } }) => {
    const { medium, mtu, headroom, gather: tails } = near.capabilities;
    api.expect(near.mac === null).toBe(medium === "ip");
    api.expect(mtu).toBeGreaterThan(67);
    api.expect(Number.isInteger(headroom) && headroom >= 0).toBe(true);
    api.expect([0, 1, 2].includes(tails)).toBe(true);
  });

  test("delivers frames unchanged, in order and once, whatever the sender does to its octets next", async (bench) => {
    const { mtu } = bench.devices.near.capabilities;
    const sizes = [46, 47, 64, 65, 576, mtu - 1, mtu].filter((size) => size <= mtu);
    const sent: Uint8Array[] = [];
    for (let index = 0; index < 5 * sizes.length; index++) {
      const frame = bench.frame(index, sizes[index % sizes.length]!);
      sent.push(frame);
      api.expect(bench.send(frame)).toBe(true);
      if (index % 3 === 2) await bench.settle();
    }
    await bench.settle();
    api.expect(bench.far.frames).toEqual(sent);
    api.expect(bench.near.count("writable")).toBe(0);
  });

  test("loses a frame that the MTU forbids, and goes on", async (bench) => {
    const { mtu } = bench.devices.near.capabilities;
    const fits = bench.frame(1, mtu);
    api.expect(bench.send(bench.frame(0, mtu + 1))).toBe(true);
    api.expect(bench.send(fits)).toBe(true);
    await bench.settle();
    api.expect(bench.far.frames).toEqual([fits]);
  });
}

function turnCases(api: SuiteApi, test: Case): void {
  test("delivers in a later turn, never from inside send", async (bench) => {
    bench.send(bench.frame(0, 46));
    api.expect(bench.far.calls).toEqual([]);
    await bench.settle();
    api.expect(bench.far.count("receive")).toBe(1);
  });

  test("delivers in a later turn what is sent from inside receive", async (bench) => {
    const answers = [bench.frame(1, 100), bench.frame(2, 100)];
    const sent = [bench.frame(0, 100), ...answers];
    bench.far.whenReceived = () => {
      const before = bench.far.frames.length;
      const next = answers.shift();
      if (next !== undefined) bench.send(next);
      api.expect(bench.far.frames.length).toBe(before);
    };
    bench.send(sent[0]!);
    await bench.settle();
    api.expect(bench.far.frames).toEqual(sent);
  });

  test("ends every batch, once", async (bench) => {
    for (let index = 0; index < 6; index++) {
      bench.send(bench.frame(index, 46));
      if (index % 2 === 1) await bench.settle();
    }
    await bench.settle();
    const calls = bench.far.calls.filter((call) => call === "receive" || call === "batchEnd");
    api.expect(calls.at(-1)).toBe("batchEnd");
    for (const [at, call] of calls.entries()) {
      if (call === "batchEnd") api.expect(calls[at - 1]).toBe("receive");
    }
  });
}

function borrowCases(api: SuiteApi, test: Case): void {
  test("gives a packet back as it was lent", async (bench) => {
    const { headroom, gather: tails } = bench.devices.near.capabilities;
    const frame = bench.frame(0, 200);
    const packet = gather(frame, [50, 31].slice(0, tails), headroom);
    packet.payload = packet.start + 20;
    const { start, end, payload } = packet;
    bench.sendPacket(packet);
    api.expect([packet.start, packet.end, packet.payload]).toEqual([start, end, payload]);
    api.expect(packet.toBytes()).toEqual(frame);
  });

  test("gathers as many tails as it says, of any length", async (bench) => {
    const { gather: most } = bench.devices.near.capabilities;
    const shapes = [[], [1], [33], [16, 17], [33, 1], [0, 20]].filter((tails) => tails.length <= most);
    const sent = shapes.map((_, index) => bench.frame(index, 120));
    for (const [index, tails] of shapes.entries()) {
      bench.send(sent[index]!, tails);
      await bench.settle();
    }
    api.expect(bench.far.frames).toEqual(sent);
  });
}

function checksumCase(api: SuiteApi, test: Case): void {
  test("completes a checksum where it says so, and leaves others alone", async (bench) => {
    const { near, far } = bench.devices;
    const ethernet = near.capabilities.medium === "ethernet";
    const { headroom, txChecksum, gather: tails } = near.capabilities;
    const addresses = { source: "10.0.0.1", destination: "10.0.0.2" };
    const udp = udpDatagram({ ...addresses, sourcePort: 1, destinationPort: 2 }, streamOctets(1, 0, 99));
    const datagram = ipv4Packet({ ...addresses, protocol: IpProtocol.Udp }, udp);
    const macs = { destination: far.mac ?? MacAddress.broadcast, source: near.mac ?? MacAddress.zero };
    const complete = ethernet ? ethernetFrame({ ...macs, etherType: EtherType.Ipv4 }, datagram) : datagram;
    bench.send(complete);
    const packet = gather(complete, tails === 0 ? [] : [33], headroom);
    if (txChecksum) {
      const [from, to] = [addresses.source, addresses.destination].map((text) => IpAddress.parse(text));
      packet.checksumStart = packet.start + (ethernet ? ETHERNET_HEADER : 0) + IPV4_HEADER;
      packet.checksumField = packet.checksumStart + 6;
      packet.payload = packet.checksumStart + UDP_HEADER;
      const sum = pseudoHeaderSum(from!, to!, IpProtocol.Udp, udp.length);
      packet.view.setUint16(packet.checksumField, foldSum(sum));
    }
    bench.sendPacket(packet);
    await bench.settle();
    api.expect(bench.far.frames.length).toBe(2);
    api.expect(bench.far.frames[0]).toEqual(complete);
    // A device whose receivers trust it may leave the pseudo-header sum in the field.
    if (far.capabilities.rxTrusted) return;
    const ip = parseIpv4(bench.far.frames[1]!.subarray(ethernet ? ETHERNET_HEADER : 0));
    api.expect(parseUdp(ip.payload, ip).checksumValid).toBe(true);
  });
}

function pressureCases(api: SuiteApi, test: Case, refusesAfter: number | null): void {
  if (refusesAfter !== null) {
    test("takes what it has room for, refuses the rest, and says when there is room again", async (bench) => {
      const taken: Uint8Array[] = [];
      let refused = false;
      for (let index = 0; index <= refusesAfter && !refused; index++) {
        const frame = bench.frame(index, 46);
        refused = !bench.send(frame);
        if (!refused) taken.push(frame);
      }
      api.expect(refused).toBe(true);
      api.expect(bench.near.count("writable")).toBe(0);
      await bench.settle();
      api.expect(bench.near.count("writable")).toBeGreaterThan(0);
      api.expect(bench.far.frames).toEqual(taken);
      const later = bench.frame(taken.length, 46);
      api.expect(bench.send(later)).toBe(true);
      await bench.settle();
      api.expect(bench.far.frames.at(-1)).toEqual(later);
    });
  }

  test("delivers nothing while paused, and goes on when resumed", async (bench) => {
    const frames = [0, 1, 2].map((index) => bench.frame(index, 46));
    bench.send(frames[0]!);
    await bench.settle();
    bench.devices.far.pause();
    bench.send(frames[1]!);
    await bench.settle();
    api.expect(bench.far.frames).toEqual([frames[0]]);
    bench.devices.far.resume();
    await bench.settle();
    bench.send(frames[2]!);
    await bench.settle();
    // What arrives in the meantime may be lost.
    const kept = bench.far.frames.filter((frame) => frame.join() !== frames[1]!.join());
    api.expect(kept).toEqual([frames[0], frames[2]]);
  });

  test("pauses from inside receive", async (bench) => {
    bench.far.whenReceived = () => bench.devices.far.pause();
    for (let index = 0; index < 3; index++) bench.send(bench.frame(index, 46));
    await bench.settle();
    api.expect(bench.far.frames).toEqual([bench.frame(0, 46)]);
  });
}

function closingCases(api: SuiteApi, test: Case, make: Make): void {
  test("is silent once it is closed, and can be closed again", async (bench) => {
    bench.send(bench.frame(0, 46));
    await bench.devices.far.close();
    const calls = bench.far.calls.length;
    bench.send(bench.frame(1, 46));
    await bench.settle();
    await bench.devices.far.close();
    api.expect(bench.far.calls.length).toBe(calls);
  });

  test("closes from inside receive, and delivers nothing more", async (bench) => {
    let closing: Promise<void> | null = null;
    bench.far.whenReceived = () => {
      closing = bench.devices.far.close();
    };
    for (let index = 0; index < 3; index++) bench.send(bench.frame(index, 46));
    await bench.settle();
    await closing;
    const calls = bench.far.calls.length;
    await bench.settle();
    api.expect(bench.far.frames.length).toBe(1);
    api.expect(bench.far.calls.length).toBe(calls);
  });

  api.it("can be closed without having been started", async () => {
    const { near, far, settle } = await make();
    await near.close();
    await far.close();
    await settle();
    api.expect(await near.close()).toBe(undefined);
  });
}
