import { ipv4Packet, type ParsedIpv4, parseIcmpV4, tcpSegment, udpDatagram } from "@mnet/conformance";
import { defaultIcmpParameters } from "@mnet/icmp";
import { expect, test } from "vitest";
import { ATTACKER, ECHO_PORT, type Siege, siege, VICTIM } from "../support/siege.ts";
import { octets, settle } from "../support/world.ts";

/** ICMP as a weapon: reflection and amplification (smurf, SAD DNS), forged errors (RFC 5927). */

const { destinationErrorRate, destinationErrorBurst, errorBurst } = defaultIcmpParameters;
const ECHO = { type: 8, code: 0, rest: 0x00010001 };

const errors = (packets: readonly ParsedIpv4[]): ParsedIpv4[] =>
  packets.filter(({ protocol, payload }) => protocol === 1 && parseIcmpV4(payload).type === 3);

test.each(["10.0.0.255", "255.255.255.255", "224.0.0.1", "10.0.0.0"])(
  "smurf: an echo request to %s is not answered",
  async (destination) => {
    const { attacker, timeline } = await siege();
    attacker.icmp({ ...ECHO, destination }, octets(56));
    attacker.aimAt("ff:ff:ff:ff:ff:ff");
    attacker.icmp({ ...ECHO, destination }, octets(56));
    attacker.icmp({ ...ECHO, destination: VICTIM }, octets(56));
    await timeline.run(100);
    expect(attacker.take()).toEqual([]);
  },
);

test("an echo reply is exactly as long as its request: reflection without amplification", async () => {
  const { attacker, timeline } = await siege();
  attacker.icmp({ ...ECHO, source: "198.51.100.1" }, octets(1000));
  await timeline.run(1);
  const [reply, ...others] = attacker.take();
  expect(others).toEqual([]);
  expect(reply).toMatchObject({ destination: "198.51.100.1", totalLength: 1028 });
});

test("a scan of closed ports from one address is answered ten times a second after the first few", async () => {
  const { attacker, timeline } = await siege();
  let answers = 0;
  for (let second = 0; second < 10; second++) {
    for (let i = 0; i < 200; i++) attacker.udp({ destinationPort: 10_000 + i }, octets(1000));
    await timeline.run(1000);
    const packets = errors(attacker.take());
    answers += packets.length;
    // RFC 1812 4.3.2.3: at most 576 octets, so less than what caused it.
    for (const { totalLength } of packets) expect(totalLength).toBeLessThanOrEqual(576);
  }
  expect(answers).toBeLessThanOrEqual(destinationErrorBurst + 10 * destinationErrorRate);
  expect(answers).toBeGreaterThan(50);
});

/** How many of a burst about a thousand forged sources are answered. */
async function answeredInBurst({ attacker, timeline }: Siege): Promise<number> {
  for (let i = 0; i < 1000; i++) {
    attacker.udp({ source: `198.18.${i >> 8}.${i & 255}`, destinationPort: 9 }, octets(8));
  }
  await timeline.run(1);
  const { length } = errors(attacker.take());
  await timeline.run(10_000);
  return length;
}

test("forged sources share one bucket whose length nobody can read (CVE-2020-25705)", async () => {
  const attacked = await siege();
  const seen: number[] = [];
  for (let round = 0; round < 10; round++) seen.push(await answeredInBurst(attacked));
  expect(Math.max(...seen)).toBeLessThanOrEqual(2 * errorBurst);
  expect(Math.min(...seen)).toBeGreaterThan(errorBurst / 2);
  expect(new Set(seen).size).toBeGreaterThan(4);
});

test("one forged source cannot use up what is there for all", async () => {
  const { attacker, timeline } = await siege();
  for (let i = 0; i < 2000; i++) attacker.udp({ source: "198.51.100.1", destinationPort: 9 });
  attacker.udp({ source: "198.51.100.2", destinationPort: 9 });
  await timeline.run(1);
  const destinations = errors(attacker.take()).map(({ destination }) => destination);
  expect(destinations).toContain("198.51.100.2");
});

/** The victim sends to the attacker and has unacknowledged octets in flight. */
async function inFlight() {
  const attacked = await siege();
  const { attacker, timeline, victim } = attacked;
  const listener = victim.tcp.listen(8);
  const accepted = listener.accept();
  const raw = await attacker.connect(timeline, { destinationPort: 8 });
  const flow = await settle(timeline, accepted);
  attacker.take();
  await flow.write(octets(100));
  await timeline.run(1);
  const sent = attacker.take()[0]!;
  const quote = (sequence: number): Uint8Array =>
    ipv4Packet(
      { source: VICTIM, destination: ATTACKER, protocol: 6, dontFragment: true, totalLength: 1500 },
      tcpSegment({
        source: VICTIM,
        destination: ATTACKER,
        sourcePort: 8,
        destinationPort: raw.port,
        sequence,
        flags: "PA",
      }).subarray(0, 8),
    );
  const sequence = raw.acknowledgment;
  return { ...attacked, raw, flow, sent, quote, sequence };
}

test("no ICMP error ends an established connection, hard ones included (RFC 1122 4.2.3.9, RFC 5927)", async () => {
  const { attacker, timeline, flow, raw, quote, sequence } = await inFlight();
  for (let code = 0; code < 16; code++) attacker.icmp({ type: 3, code, rest: 576 }, quote(sequence));
  for (const type of [4, 5, 11, 12]) attacker.icmp({ type, code: 0 }, quote(sequence));
  await timeline.run(10);
  expect(flow.info()["state"]).toBe("ESTABLISHED");
  expect(flow.info()["softError"]).not.toBe("");
  const reading = flow.readExactly(2);
  raw.acknowledgment += 100;
  raw.send("PA", new TextEncoder().encode("ok"));
  expect((await settle(timeline, reading)).length).toBe(2);
  expect(flow.info()["softError"]).toBe("");
});

test("an error that quotes no octet in flight belongs to nobody and changes nothing", async () => {
  const { attacker, timeline, count, flow, quote, sequence } = await inFlight();
  for (const offset of [-1, 100, 1000, 2 ** 31, -100_000]) {
    attacker.icmp({ type: 3, code: 4, rest: 600 }, quote((sequence + offset) >>> 0));
    attacker.icmp({ type: 3, code: 1 }, quote((sequence + offset) >>> 0));
  }
  await timeline.run(10);
  expect(count("icmp", "receivedUnknownFlow")).toBe(10);
  expect(count("ipv4", "pathMtus")).toBe(0);
  expect(flow.info()).toMatchObject({ softError: "", pathMtu: 1500 });
});

test("a blind refusal of a connection attempt needs its sequence number", async () => {
  const { attacker, timeline, victim } = await siege();
  let outcome = "pending";
  victim.tcp.connect({ host: ATTACKER, port: 99, localPort: 2000 }).catch((error: { code: string }) => {
    outcome = error.code;
  });
  await timeline.run(10);
  const syn = attacker.takeTcp()[0]!.tcp;
  const quote = (sequence: number): Uint8Array => {
    const both = { source: VICTIM, destination: ATTACKER };
    const segment = tcpSegment({ ...both, sourcePort: 2000, destinationPort: 99, sequence, flags: "S" });
    return ipv4Packet({ ...both, protocol: 6, totalLength: 44 }, segment.subarray(0, 8));
  };
  for (let i = 1; i < 100; i++) attacker.icmp({ type: 3, code: 3 }, quote((syn.sequence + i * 7919) >>> 0));
  await timeline.run(10);
  expect(outcome).toBe("pending");
  attacker.icmp({ type: 3, code: 3 }, quote(syn.sequence));
  await timeline.run(10);
  expect(outcome).toBe("ECONNREFUSED");
});

test("redirects, source quench, router advertisements, mask and timestamp requests do nothing", async () => {
  const { attacker, timeline, victim, count, quote, sequence, flow } = await inFlight();
  const before = { routes: victim.routes().length, window: flow.info()["congestionWindow"] };
  for (const code of [0, 1, 2, 3]) attacker.icmp({ type: 5, code, rest: 0x0a000063 }, quote(sequence));
  attacker.icmp({ type: 4, code: 0 }, quote(sequence));
  for (const type of [9, 10, 13, 14, 15, 16, 17, 18]) attacker.icmp({ type, code: 0 }, octets(12));
  for (const type of [1, 2, 7, 40, 255]) attacker.icmp({ type, code: 0 }, octets(12));
  await timeline.run(10);
  expect(count("icmp", "receivedIgnored")).toBe(13);
  expect(count("icmp", "receivedUnknownType")).toBe(5);
  expect(attacker.take()).toEqual([]);
  expect({ routes: victim.routes().length, window: flow.info()["congestionWindow"] }).toEqual(before);
});

test("never an error about an error, a fragment that is not the first, a group, or a source that is no host", async () => {
  const { attacker, timeline } = await siege();
  const closed = udpDatagram({ source: ATTACKER, destination: VICTIM, sourcePort: 1, destinationPort: 9 });
  attacker.icmp(
    { type: 3, code: 3 },
    ipv4Packet({ source: VICTIM, destination: ATTACKER, protocol: 99 }, octets(8)),
  );
  attacker.ip({ protocol: 99, fragmentOffset: 800, moreFragments: true }, octets(8));
  for (const source of [
    "0.0.0.0",
    "0.1.2.3",
    "127.0.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "10.0.0.255",
    "240.0.0.1",
  ]) {
    attacker.ip({ protocol: 17, source }, closed);
    attacker.ip({ protocol: 99, source }, octets(8));
  }
  for (const destination of ["10.0.0.255", "224.0.0.1", "255.255.255.255"]) {
    attacker.ip({ protocol: 99, destination }, octets(8));
    attacker.udp({ destination, destinationPort: 9 });
  }
  attacker.aimAt("ff:ff:ff:ff:ff:ff");
  attacker.udp({ destinationPort: 9 });
  attacker.tcp({ destinationPort: ECHO_PORT, flags: "S" });
  await timeline.run(1000);
  expect(attacker.take()).toEqual([]);
});
