import { describe, expect, test } from "vitest";
import { ECHO_PORT, type Siege, siege } from "../support/siege.ts";

/**
 * What JavaScript makes of numbers of 32 bits: sequence numbers that pass 2^31 and 2^32, on our side and the peer's, and numbers from the
 * wire that are as large as they can be.
 */

const EDGES: [name: string, number][] = [
  ["2^31", 2 ** 31],
  ["2^32", 2 ** 32],
];

/** Echoes 20 pieces by hand across the edge and checks every number and octet on the way. */
async function echoAcross(
  { attacker, timeline }: Siege,
  sequence: number,
): Promise<{ first: number; last: number }> {
  const raw = await attacker.connect(timeline, { destinationPort: ECHO_PORT, sequence });
  const first = raw.acknowledgment;
  raw.take();
  for (let i = 0; i < 20; i++) {
    const piece = new Uint8Array(250).fill(i);
    raw.send("PA", piece);
    raw.sequence = (raw.sequence + 250) >>> 0;
    await timeline.run(50);
    const answers = raw.take();
    expect(answers.every(({ flags }) => !/[RSF]/.test(flags))).toBe(true);
    expect(answers.at(-1)!.acknowledgment).toBe(raw.sequence);
    const text = answers.filter(({ payload }) => payload.length > 0);
    expect(text.map(({ payload, sequence: at }) => [at, payload[0], payload.length])).toEqual([
      [raw.acknowledgment, i, 250],
    ]);
    raw.acknowledgment = (raw.acknowledgment + 250) >>> 0;
    raw.send("A");
  }
  return { first, last: raw.acknowledgment };
}

describe.each(EDGES)("across %s", (_name, edge) => {
  test("the peer's numbers", async () => {
    await echoAcross(await siege(), (edge - 2500) >>> 0);
  });

  test("ours", async () => {
    // The clock in the ISN (RFC 6528) turns once in 4.8 hours: with the same secret, a stack that starts at the right time begins there.
    const { first } = await echoAcross(await siege({ seed: 5 }), 1000);
    const start = ((edge - 2500 - first) >>> 0) / 250;
    const crossing = await echoAcross(await siege({ seed: 5, start }), 1000);
    expect(crossing.first).toBeLessThan(edge);
    expect((crossing.first + 5000) >>> 0).toBe(crossing.last);
    expect(crossing.first + 5000).toBeGreaterThan(edge);
  });

  test("out of order, old and beyond the window", async () => {
    const { attacker, timeline, count } = await siege();
    const raw = await attacker.connect(timeline, { destinationPort: ECHO_PORT, sequence: edge - 151 });
    raw.take();
    // 150 octets up to the edge, 150 from there: the second half first.
    raw.send("PA", new Uint8Array(150).fill(2), { sequence: edge >>> 0 });
    raw.send("PA", new Uint8Array(150).fill(9), { sequence: (edge - 151 - 1000) >>> 0 });
    raw.send("PA", new Uint8Array(150).fill(9), { sequence: (edge + 2 ** 30) >>> 0 });
    raw.send("R", undefined, { sequence: (edge + 1) >>> 0 });
    raw.send("PA", new Uint8Array(150).fill(1));
    await timeline.run(50);
    const echoed = raw.take().flatMap(({ payload }) => [...payload]);
    expect(echoed).toEqual([...new Array(150).fill(1), ...new Array(150).fill(2)]);
    expect(count("tcp", "receivedOutOfWindow")).toBe(2);
    raw.send("R", undefined, { sequence: (edge + 150) >>> 0 });
    await timeline.run(10);
    expect(count("tcp", "connections")).toBe(0);
  });
});

test("no length, offset or number from the wire makes an array: the largest of each is refused or trimmed", async () => {
  const { attacker, timeline, count } = await siege();
  attacker.ip({ protocol: 17, totalLength: 65_535 }, new Uint8Array(8));
  attacker.ip({ protocol: 17, identification: 1, fragmentOffset: 65_528 }, new Uint8Array(8));
  attacker.udp({ destinationPort: 9, length: 65_535 });
  attacker.tcp({ destinationPort: ECHO_PORT, flags: "A", dataOffset: 15 });
  attacker.tcp({
    destinationPort: ECHO_PORT,
    flags: "SPU",
    sequence: 2 ** 32 - 1,
    acknowledgment: 2 ** 32 - 1,
    urgentPointer: 65_535,
  });
  await timeline.run(10);
  // IP counts what became of a datagram above it too: its own, and UDP's.
  expect(count("ipv4", "receivedBadLength")).toBe(2);
  expect(count("ipv4", "receivedFragmentTooBig")).toBe(1);
  expect(count("udp", "receivedBadLength")).toBe(1);
  expect(count("tcp", "receivedBadHeaderLength")).toBe(1);
  expect(count("tcp", "halfOpen")).toBe(1);
  expect(attacker.takeTcp().at(-1)!.tcp.acknowledgment).toBe(0);
});
