import { type DatagramArrives, fuzz, fuzzPlan, repairTransport } from "@mnet/conformance";
import { IcmpErrorKind, IpAddress, IpProtocol, RxChecksum } from "@mnet/core";
import type { TcpConnection } from "@mnet/tcp";
import { expect, it } from "vitest";
import { regressions } from "./regressions/segments.ts";
import { FuzzScene, MOST_CONNECTIONS } from "./support/fuzz-scene.ts";
import { HOST, PEER } from "./support/harness.ts";

const rxChecksum = RxChecksum.Verified;
const usual: DatagramArrives = { source: PEER, destination: HOST };
/** Most segments come from the peer; some from where no way leads to, from a group, or to everybody. */
const where: readonly DatagramArrives[] = [
  ...new Array<DatagramArrives>(13).fill(usual),
  { ...usual, source: IpAddress.parse("192.0.2.1"), rxChecksum },
  { ...usual, source: IpAddress.parse("224.0.0.1"), rxChecksum },
  { ...usual, cast: "broadcast" },
];

it("200 000 segments, random and mutated, in the middle of connections: bounded, and all is released", () => {
  const scene = new FuzzScene();
  const { samples, tcp } = scene;
  const repair = repairTransport(PEER, HOST, IpProtocol.Tcp);
  let mostFlows = 0;
  let mostTimeWait = 0;
  fuzz({ plan: fuzzPlan(process.env), samples, repair, regressions }, (input, index) => {
    scene.ip.deliver(IpProtocol.Tcp, input, where[(index >>> 1) % where.length]!, scene.now);
    if (index % 20 !== 0) return;
    scene.turn();
    scene.advance(index % 10_000 === 0 ? 10_000 : 5);
    if (index % 1000 !== 0) return;
    const { flows, halfOpen, timeWait } = tcp.statistics();
    mostFlows = Math.max(mostFlows, flows!);
    mostTimeWait = Math.max(mostTimeWait, timeWait!);
    if (halfOpen! > 32) throw new Error(`${halfOpen} half-open connections`);
  });
  expect(Object.keys(tcp.counters.snapshot()).sort()).toEqual([
    "BacklogFull",
    "BadAcknowledgment",
    "BadChecksum",
    "BadDestination",
    "BadFlags",
    "BadHeaderLength",
    "BadSource",
    "Duplicate",
    "Handled",
    "Ignored",
    "NoConnection",
    "NoRoute",
    "OutOfWindow",
    "RateLimited",
    "TooShort",
  ]);
  expect(mostTimeWait).toBeLessThanOrEqual(32);
  expect(mostFlows).toBeGreaterThan(5);
  // Beside those of the application: what it closed and the peer has not, what waits for accept, and TIME-WAIT.
  expect(mostFlows).toBeLessThanOrEqual(10 * MOST_CONNECTIONS);
  expect(scene.outcomes).toContain("ECONNRESET");
  expect(scene.closedTwice).toBe(0);
  scene.abortAll();
  scene.advance(3_600_000);
  const { halfOpen, timeWait, flows, ringOctets } = tcp.statistics();
  expect({ halfOpen, timeWait, flows, ringOctets }).toEqual({
    halfOpen: 0,
    timeWait: 0,
    flows: 0,
    ringOctets: 0,
  });
});

it("200 000 quotes of errors, random and mutated: a connection takes those of its own segments alone", () => {
  const scene = new FuzzScene();
  const samples: Uint8Array[] = [];
  const kinds = Object.values(IcmpErrorKind);
  const remote = { address: PEER, port: 5000 };
  const open = (): TcpConnection => {
    const connection = scene.tcp.connect(remote, {}, scene, scene.now);
    scene.tcp.flush(scene.now);
    samples[0] = scene.ip.take().at(-1)!.octets;
    return connection;
  };
  let connection = open();
  let live = 0;
  let wrong = 0;
  fuzz({ plan: fuzzPlan(process.env), samples, maximumLength: 600 }, (quoted, index) => {
    const kind = kinds[(index >>> 1) % kinds.length]!;
    // Nothing as small as a SYN is too big.
    const own =
      kind !== IcmpErrorKind.PacketTooBig &&
      quoted.length >= 8 &&
      samples[0]!.subarray(0, 8).every((octet, at) => octet === quoted[at]);
    const known = scene.ip.deliverError({ kind, protocol: IpProtocol.Tcp, quoted, mtu: 1400 }, scene.now);
    if (known) live++;
    if (known !== own) wrong++;
    if (connection.error !== null) connection = open();
  });
  expect(wrong).toBe(0);
  expect(live).toBeGreaterThan(1000);
  expect([...scene.outcomes].sort()).toEqual(["ECONNREFUSED", "EHOSTUNREACH"]);
});
