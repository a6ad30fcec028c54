import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";
import { connected, type Opened, type OpenedOptions, opened } from "../support/opened.ts";
import type { PeerSegment } from "../support/peer.ts";

/** The timestamps option (RFC 7323 3 to 5): negotiation, what is echoed, what is too old, and round trips measured with it. */

const DAY = 86_400_000;

/** A connection whose peer said TSval 1000 on its SYN and on its ACK. */
const established = (o: OpenedOptions = {}): Opened => opened({ timestamp: 1000, ...o });

/** A segment of the peer with this TSval. */
const stamped = (value: number, segment: Partial<PeerSegment> = {}, echo = 0): PeerSegment => ({
  flags: "A",
  timestamps: { value, echo },
  ...segment,
});

describe("negotiation (RFC 7323 3.2)", () => {
  it("our SYN offers them, with TSecr zero; our SYN-ACK agrees, with an echo", () => {
    const host = new TcpHarness();
    host.connect();
    expect(host.peer({ to: 40000 }).expect({ flags: "S" }).timestamps?.echo).toBe(0);
    host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1460, timestamps: { value: 77, echo: 0 } });
    expect(peer.expect({ flags: "SA" }).timestamps?.echo).toBe(77);
  });

  it.each([true, false])("afterwards they are on every segment, or on none (agreed: %s)", (agreed) => {
    const { host, peer, application } = agreed ? established() : opened();
    application.write(10);
    const next = { sequence: 1, payload: 10 };
    peer.send(agreed ? stamped(1000, next) : { flags: "A", ...next });
    host.advance(50);
    application.abort();
    const sent = peer.takeAll();
    expect(sent.map(({ flags }) => flags)).toEqual(["A", "A", "RA"]);
    expect(sent.map(({ timestamps }) => timestamps !== null)).toEqual([agreed, agreed, agreed]);
  });

  it("a layer may be told not to", () => {
    const host = new TcpHarness({ parameters: { timestamps: false } });
    host.listen();
    host.connect();
    expect(host.peer({ to: 40000 }).expect({ flags: "S" }).timestamps).toBeNull();
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1460, timestamps: { value: 77, echo: 0 } });
    expect(peer.expect({ flags: "SA" }).timestamps).toBeNull();
  });

  it("the SYN that comes again is echoed by the SYN-ACK that goes again", () => {
    const host = new TcpHarness();
    host.listen();
    const peer = host.peer();
    for (const value of [77, 1077]) {
      peer.send({ flags: "S", sequence: 0, mss: 1460, timestamps: { value, echo: 0 } });
      expect(peer.expect({ flags: "SA" }).timestamps?.echo).toBe(value);
    }
  });

  it("twelve octets of every segment are the option's: MSS 1460 carries 1448 (RFC 6691 2)", () => {
    const { peer, application } = established({ mss: 1460 });
    application.write(3000);
    expect(peer.expect({ length: 1448 }).segment.dataOffset).toBe(8);
  });

  it("a reset before they are agreed on has neither them nor a window", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    host.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "SA", acknowledgment: 5 });
    expect(peer.expect({ flags: "R", sequence: 5, window: 0 }).timestamps).toBeNull();
  });
});

describe("our clock", () => {
  it("ticks each millisecond, from a secret start of each 4-tuple (7.1)", () => {
    const host = new TcpHarness();
    host.listen();
    const value = (port: number): number => {
      const peer = host.peer({ port });
      peer.send({ flags: "S", mss: 1460, timestamps: { value: 1, echo: 0 } });
      const { timestamps } = peer.expect({ flags: "SA" });
      peer.send({ flags: "R", sequence: 1 });
      return timestamps!.value;
    };
    const [first, other] = [value(1), value(2)];
    expect(Math.abs((first - other) | 0)).toBeGreaterThan(1000);
    host.advance(250.5);
    expect((value(1) - first) | 0).toBe(250);
  });
});

describe("what is echoed (RFC 7323 4.3)", () => {
  it("delayed acknowledgments: the timestamp of the first segment they are for", () => {
    const { host, peer, application } = established();
    // Past the quick acknowledgments: an interactive flow.
    peer.send(stamped(1001, { sequence: 1, payload: 10 }));
    application.write(1);
    peer.takeAll();
    peer.send(stamped(1002, { sequence: 11, payload: 10, acknowledgment: 2 }));
    peer.send(stamped(1003, { sequence: 21, payload: 10, acknowledgment: 2 }));
    host.expectNothing();
    host.advance(100);
    expect(peer.expect({ acknowledgment: 31 }).timestamps?.echo).toBe(1002);
  });

  it("a hole: the timestamp of the last segment before it, until it is filled", () => {
    const { peer } = established();
    const echo = (value: number, sequence: number): number => {
      peer.send(stamped(value, { sequence, payload: 100 }));
      return peer.takeAll().at(-1)!.timestamps!.echo;
    };
    expect(echo(1001, 1)).toBe(1001);
    expect(echo(1003, 201)).toBe(1001);
    expect(echo(1004, 301)).toBe(1001);
    expect(echo(1005, 101)).toBe(1005);
    expect(echo(1006, 401)).toBe(1006);
  });

  it("a segment outside the window, or with an ACK of nothing we sent, poisons nothing (5.3)", () => {
    const { peer } = established();
    peer.send(stamped(900_000, { sequence: -100_000, payload: 1 }));
    peer.send(stamped(900_000, { sequence: 1, acknowledgment: 70_000 }));
    peer.takeAll();
    peer.send(stamped(1001, { sequence: 1, payload: 100 }));
    expect(peer.expect({ acknowledgment: 101 }).timestamps?.echo).toBe(1001);
  });
});

describe("segments of long ago (PAWS, RFC 7323 5.3)", () => {
  it("text with an older timestamp is dropped and acknowledged, although it is in the window", () => {
    const { host, peer, application } = established();
    expect(peer.send(stamped(999, { sequence: 1, payload: 10 }))).toBe(Verdict.OutOfWindow);
    peer.expect({ flags: "A", acknowledgment: 1 });
    expect(application.connection.readableOctets).toBe(0);
    expect(host.tcp.statistics()["outdatedTimestamps"]).toBe(1);
  });

  it("older is by 32-bit arithmetic: clocks wrap", () => {
    const { peer, application } = established({ timestamp: 0xffff_fff0 });
    peer.send(stamped(5, { sequence: 1, payload: 10 }));
    expect(application.read()).toBe(10);
    expect(peer.expect({ acknowledgment: 11 }).timestamps?.echo).toBe(5);
    expect(peer.send(stamped(0xffff_fff0, { sequence: 11, payload: 10 }))).toBe(Verdict.OutOfWindow);
  });

  it("a wrapped sequence number is caught: the same numbers, an older clock", () => {
    const { peer, application } = established({ connection: { receiveBuffer: 65_535 } });
    peer.send(stamped(5000, { sequence: 1, payload: 1000 }));
    application.read();
    peer.takeAll();
    peer.send(stamped(2000, { sequence: 1001, payload: new Uint8Array(1000).fill(0xee) }));
    expect(application.connection.readableOctets).toBe(0);
  });

  it("a reset is exempt (5.2)", () => {
    const { peer, application } = established();
    peer.send(stamped(10, { flags: "R", sequence: 1 }));
    expect(application.outcome).toBe("ECONNRESET");
  });

  it("a segment without the option passes, as with Linux", () => {
    const { peer, application } = established();
    peer.send({ flags: "A", sequence: 1, payload: 10 });
    expect(application.read()).toBe(10);
  });

  it("an acknowledgment that another one overtook is heard; one that says anything new is not", () => {
    const { host, peer, application } = established();
    application.write(10);
    peer.takeAll();
    peer.send(stamped(1100, { acknowledgment: 1 }));
    expect(peer.send(stamped(1050, { acknowledgment: 1 }))).toBe(Verdict.Handled);
    expect(peer.send(stamped(1050, { acknowledgment: 11 }))).toBe(Verdict.OutOfWindow);
    expect(application.connection.unacknowledgedOctets).toBe(10);
    peer.takeAll();
    host.advance(1);
  });

  it("after 24 days of silence any clock is believed (5.5)", () => {
    const { host, peer, application } = established();
    host.advance(23 * DAY);
    expect(peer.send(stamped(999, { sequence: 1, payload: 10 }))).toBe(Verdict.OutOfWindow);
    host.advance(2 * DAY);
    peer.takeAll();
    peer.send(stamped(500, { sequence: 1, payload: 10 }));
    expect(application.read()).toBe(10);
    expect(peer.expect({ acknowledgment: 11 }).timestamps?.echo).toBe(500);
  });

  it.each([0x7fff_fff0, 0x9000_0000])("zero on a SYN is no time: %i afterwards is not older", (value) => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1460, timestamps: { value: 0, echo: 0 } });
    peer.expect({ flags: "SA" });
    peer.send(stamped(value));
    const application = server.accept();
    peer.send(stamped(value + 10, { sequence: 1, payload: 10 }));
    expect(application.read()).toBe(10);
    expect(peer.expect({ acknowledgment: 11 }).timestamps?.echo).toBe(value + 10);
    // From here on it is PAWS as ever.
    expect(peer.send(stamped(value - 1, { payload: 10 }))).toBe(Verdict.OutOfWindow);
  });

  it.each([5, 0x9000_0000])("nor is zero on a SYN-ACK: %i afterwards is not older", (value) => {
    const { peer, application } = connected({ timestamp: 0 });
    peer.send(stamped(value, { sequence: 1, payload: 10 }));
    expect(application.read()).toBe(10);
    expect(peer.expect({ acknowledgment: 11 }).timestamps?.echo).toBe(value);
  });

  it("in the handshake: the ACK of an old incarnation does not complete it", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1460, timestamps: { value: 1000, echo: 0 } });
    peer.expect({ flags: "SA" });
    expect(peer.send(stamped(999))).toBe(Verdict.OutOfWindow);
    peer.expect({ flags: "A" });
    expect(server.listener.pending).toBe(0);
    peer.send(stamped(1000));
    expect(server.listener.pending).toBe(1);
  });
});

describe("round trips (RFC 7323 4.1)", () => {
  it("an acknowledgment of what was sent again measures the copy that it echoes, where Karn's rule could not", () => {
    const { host, peer, application } = established();
    application.write(10);
    const first = peer.expect({ length: 10 });
    host.advance(1000);
    const second = peer.takeAll().at(-1)!;
    expect(second.timestamps!.value - first.timestamps!.value).toBeGreaterThan(200);
    const before = application.connection.info(host.now).roundTrip;
    host.advance(60);
    peer.send(stamped(1001, { acknowledgment: 11 }, second.timestamps!.value));
    // RFC 6298 2.3: an eighth of the way to what was measured.
    const measured = host.now - second.at;
    expect(application.connection.info(host.now).roundTrip).toBeCloseTo(before + (measured - before) / 8, 6);
  });

  it.each([
    ["zero", 0],
    ["of the future", 1_000_000],
    ["of before the connection", -1_000_000],
  ])("an echo %s measures nothing", (_, offset) => {
    const { host, peer, application } = established();
    application.write(10);
    peer.takeAll();
    host.advance(1000);
    const again = peer.takeAll().at(-1)!.timestamps!.value;
    const before = application.connection.info(host.now).roundTrip;
    peer.send(stamped(1001, { acknowledgment: 11 }, offset === 0 ? 0 : (again + offset) >>> 0));
    expect(application.connection.info(host.now).roundTrip).toBe(before);
  });
});
