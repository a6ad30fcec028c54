import { Packet } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Hub, type HubOptions, StationTable } from "../src/index.ts";
import { listen, Turns } from "./support.ts";

/** Station `n` has the address 02:00:00:00:00:n. */
const BROADCAST = 0xff;
const GROUP = 0xfe;

function address(station: number): number[] {
  if (station === BROADCAST) return [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  if (station === GROUP) return [0x01, 0x00, 0x5e, 0, 0, 1];
  return [2, 0, 0, 0, 0, station];
}

function frame(destination: number, source: number, content = 0): Packet {
  return new Packet(Uint8Array.of(...address(destination), ...address(source), 0x88, 0xb5, content));
}

function hub(ports: number, options: HubOptions = {}) {
  const turns = new Turns();
  const segment = new Hub({ ...options, schedule: turns.schedule });
  const devices = Array.from({ length: ports }, () => segment.attach());
  const sinks = devices.map(listen);
  /** Sends and says which ports received. */
  const send = (from: number, packet: Packet): number[] => {
    const before = sinks.map(({ frames }) => frames.length);
    expect(devices[from]!.send(packet)).toBe(true);
    turns.all();
    return sinks.flatMap(({ frames }, port) => (frames.length > before[port]! ? [port] : []));
  };
  return { segment, devices, sinks, send };
}

describe("a learning hub", () => {
  it("floods what is for a station it has not heard, then sends to its port alone", () => {
    const { send } = hub(3);
    expect(send(0, frame(2, 1))).toEqual([1, 2]);
    expect(send(1, frame(1, 2))).toEqual([0]);
    expect(send(0, frame(2, 1))).toEqual([1]);
    expect(send(2, frame(2, 3))).toEqual([1]);
  });

  it("always floods broadcasts and multicasts, and learns nothing from a source that is no station's", () => {
    const { send } = hub(3);
    send(0, frame(BROADCAST, 1));
    expect(send(1, frame(BROADCAST, 2))).toEqual([0, 2]);
    expect(send(1, frame(GROUP, 2))).toEqual([0, 2]);
    send(0, frame(2, GROUP));
    send(0, frame(2, BROADCAST));
    const nobody = frame(BROADCAST, 0);
    nobody.bytes[6] = 0;
    send(0, nobody);
    nobody.bytes.copyWithin(0, 6, 12);
    expect(send(1, nobody)).toEqual([0, 2]);
    expect(send(1, frame(GROUP, 2))).toEqual([0, 2]);
    expect(send(1, frame(BROADCAST, 2))).toEqual([0, 2]);
  });

  it("floods what is too short to have addresses", () => {
    const { send } = hub(3);
    expect(send(0, new Packet(Uint8Array.of(...address(2), ...address(1), 0x88)))).toEqual([1, 2]);
    expect(send(1, frame(1, 2))).toEqual([0, 2]);
  });

  it("finds a station where it spoke last", () => {
    const { send } = hub(3);
    send(0, frame(BROADCAST, 1));
    expect(send(2, frame(1, 3))).toEqual([0]);
    send(1, frame(BROADCAST, 1));
    expect(send(2, frame(1, 3))).toEqual([1]);
  });

  it("knows several stations behind one port, whose talk among themselves stays there", () => {
    const { send } = hub(3);
    send(0, frame(BROADCAST, 1));
    send(0, frame(BROADCAST, 2));
    expect(send(0, frame(1, 2))).toEqual([]);
    expect(send(1, frame(2, 3))).toEqual([0]);
  });

  it("forgets the stations of a port that is closed", async () => {
    const { send, devices, segment } = hub(4);
    send(0, frame(BROADCAST, 1));
    await devices[0]!.close();
    expect(send(1, frame(1, 2))).toEqual([2, 3]);
    const again = listen(segment.attach());
    expect(send(1, frame(1, 2))).toEqual([2, 3]);
    expect(again.frames).toHaveLength(1);
  });

  it("loses frames for a port that does not keep up, and counts them", () => {
    const { send, devices, segment } = hub(2, { queue: 1 });
    send(0, frame(BROADCAST, 1));
    devices[0]!.pause();
    for (let count = 0; count < 3; count++) send(1, frame(1, 2));
    expect(segment.dropped).toBe(2);
  });

  it("is a repeater with learning off", () => {
    const { send } = hub(3, { learning: false });
    send(0, frame(BROADCAST, 1));
    expect(send(1, frame(1, 2))).toEqual([0, 2]);
  });

  it("names an option that cannot be", () => {
    expect(() => new Hub({ addresses: 0 })).toThrow(RangeError);
    expect(() => new Hub({ addresses: 2 ** 21 })).toThrow(RangeError);
  });
});

describe("the table of stations", () => {
  it("never says a port that its station did not speak at last", () => {
    const spoken = fc.array(fc.tuple(fc.nat(40), fc.nat(3)), { maxLength: 200 });
    fc.assert(
      fc.property(spoken, fc.constantFrom(1, 4, 8, 64), (words, entries) => {
        const table = new StationTable(entries);
        const truth = new Map<number, number>();
        for (const [station, port] of words) {
          table.learn(frame(BROADCAST, station), port);
          truth.set(station, port);
          expect(table.find(frame(station, 0))).toBe(port);
        }
        for (const [station, port] of truth) expect([port, -1]).toContain(table.find(frame(station, 0)));
      }),
    );
  });

  it("keeps who speaks when somebody floods it with made-up addresses", () => {
    const table = new StationTable(64);
    const made = frame(BROADCAST, 1);
    for (let index = 0; index < 10_000; index++) {
      made.view.setUint32(8, Math.imul(index, 0x9e3779b1));
      table.learn(made, 9);
      if (index % 8 === 0) table.learn(frame(BROADCAST, 5), 3);
    }
    expect(table.find(frame(5, 1))).toBe(3);
    const silent = frame(BROADCAST, 6);
    table.learn(silent, 2);
    for (let index = 0; index < 10_000; index++) {
      made.view.setUint32(8, Math.imul(index, 0x9e3779b1));
      table.learn(made, 9);
    }
    expect(table.find(frame(6, 1))).toBe(-1);
  });

  it("knows a thousand stations with consecutive addresses at once", () => {
    const table = new StationTable(1024);
    const one = frame(BROADCAST, 0);
    for (let station = 0; station < 1000; station++) {
      one.view.setUint16(10, station);
      table.learn(one, station);
    }
    const to = frame(0, 1);
    const found = Array.from({ length: 1000 }, (_, station) => {
      to.view.setUint16(4, station);
      return table.find(to);
    });
    expect(found).toEqual(Array.from({ length: 1000 }, (_, station) => station));
  });
});
