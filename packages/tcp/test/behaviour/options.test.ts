import { Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";

/** RFC 9293 3.2, 3.7.1 and RFC 6691: the maximum segment size. */
describe("MSS option", () => {
  it.each([
    [1500, 1460],
    [1280, 1240],
    [576, 536],
    [9000, 8960],
  ])("an MTU of %i announces %i on every SYN, of both kinds (MUST-14, MUST-67)", (mtu, mss) => {
    const host = new TcpHarness({ mtu });
    host.listen();
    const peer = host.peer();
    peer.send({ flags: "S" });
    peer.expect({ flags: "SA", mss });
    const remote = host.peer({ to: 40000 });
    host.connect();
    remote.expect({ flags: "S", mss });
  });

  it.each([
    ["the peer's, when smaller", 1500, 500, 500],
    ["the path's, when smaller", 576, 1460, 536],
    ["the peer's, exactly the path's", 1500, 1460, 1460],
    ["48 for an absurdly small one (option bombs)", 1500, 1, 48],
    ["48 for zero", 1500, 0, 48],
    ["the path's for the largest number", 1500, 65535, 1460],
  ])("segments are as large as %s", (_, mtu, announced, expected) => {
    const host = new TcpHarness({ mtu });
    const server = host.listen();
    const peer = host.peer().open({ mss: announced });
    server.accept().write(4000);
    peer.expect({ sequence: 1, length: expected });
    peer.expect({ sequence: 1 + expected, length: expected });
  });

  it("a SYN without it means 536 (MUST-15)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S" });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "A" });
    server.accept().write(4000);
    peer.expect({ sequence: 1, length: 536 });
  });

  it("a SYN-ACK without it means 536", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "SA" });
    peer.expect({ flags: "A" });
    caller.write(4000);
    peer.expect({ sequence: 1, length: 536 });
  });

  it("an application may ask for less: it bounds what is announced, on both kinds of SYN, and what is sent", () => {
    for (const synCookies of ["never", "always"] as const) {
      const host = new TcpHarness({ parameters: { synCookies } });
      const server = host.listen({ maximumSegment: 700 });
      const peer = host.peer();
      peer.send({ flags: "S", mss: 1460 });
      peer.expect({ flags: "SA", mss: 700 });
      peer.send({ flags: "A" });
      server.accept().write(3000);
      peer.expect({ length: 700 });
      host.connect({ maximumSegment: 600 });
      host.peer({ to: 40000 }).expect({ flags: "S", mss: 600 });
      expect(() => host.connect({ maximumSegment: 47 })).toThrow(/maximumSegment/);
    }
  });

  it("on a segment without SYN it means nothing", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer().open({ mss: 1000 });
    peer.send({ flags: "A", mss: 100 });
    server.accept().write(3000);
    peer.expect({ length: 1000 });
  });
});

/** RFC 7323 2: window scale. */
describe("window scale option", () => {
  it("is on our SYN, and on our SYN-ACK only when the peer sent one (RFC 7323 2.2)", () => {
    const host = new TcpHarness();
    host.listen();
    const without = host.peer({ port: 5001 });
    without.send({ flags: "S", mss: 1460 });
    without.expect({ flags: "SA", windowScale: null });
    const withIt = host.peer({ port: 5002 });
    withIt.send({ flags: "S", mss: 1460, windowScale: 0 });
    expect(withIt.expect({ flags: "SA" }).windowScale).not.toBeNull();
    host.connect();
    const remote = host.peer({ to: 40000 });
    expect(remote.take()!.windowScale).not.toBeNull();
  });

  it("our shift is at most 14 and large enough for the receive buffer", () => {
    const host = new TcpHarness();
    host.listen({ receiveBuffer: 1 << 20 });
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1460, windowScale: 0 });
    const shift = peer.expect({ flags: "SA" }).windowScale!;
    expect(shift).toBeLessThanOrEqual(14);
    expect(65535 * 2 ** shift).toBeGreaterThanOrEqual(1 << 20);
  });

  it("the window of a SYN is never scaled; later ones are, ours and theirs", () => {
    const host = new TcpHarness();
    const server = host.listen({ receiveBuffer: 1 << 20 });
    const peer = host.peer({ window: 10 });
    peer.send({ flags: "S", mss: 100, windowScale: 7, window: 3000 });
    const answer = peer.expect({ flags: "SA" });
    expect(answer.window).toBeLessThanOrEqual(65535);
    peer.send({ flags: "A" });
    const application = server.accept();
    application.write(4000);
    // 10 << 7 octets fit; so do 12 segments of 100 and no more.
    expect(peer.takeAll().reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(1280);
    peer.send({ flags: "A", payload: 1 });
    host.advance(500);
    const after = peer.takeAll().at(-1)!;
    expect(after.window * 2 ** peer.hostScale).toBeGreaterThan(65535);
  });

  it("the window of our SYN is honest without scaling when the peer does not scale", () => {
    const host = new TcpHarness();
    const server = host.listen({ receiveBuffer: 1 << 20 });
    const peer = host.peer().open();
    server.accept();
    peer.send({ flags: "PA", payload: 1 });
    host.advance(500);
    expect(peer.expect({ flags: "A" }).window).toBeGreaterThan(60000);
  });

  it("a shift over 14 counts as 14 (RFC 7323 2.3)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer({ window: 1 });
    peer.send({ flags: "S", mss: 1460, windowScale: 200 });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "A" });
    server.accept().write(16384 + 1460);
    // 1 << 14 octets and not one more, except by a later probe.
    expect(peer.takeAll().reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(16384);
    expect(peer.received).toBeGreaterThan(10_000);
  });

  it("a peer that answers our SYN without it is not scaled, nor are we", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000, window: 1000 });
    const caller = host.connect({ receiveBuffer: 1 << 20 });
    peer.expect({ flags: "S" });
    peer.send({ flags: "SA", mss: 100 });
    expect(peer.expect({ flags: "A" }).window).toBeGreaterThan(30000);
    caller.write(5000);
    expect(peer.takeAll().reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(1000);
  });

  it("on a segment without SYN it means nothing", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer({ window: 1000 }).open({ windowScale: 0, mss: 100 });
    peer.send({ flags: "A", options: Uint8Array.of(1, 3, 3, 5) });
    server.accept().write(5000);
    expect(peer.takeAll().reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(1000);
  });
});

/** RFC 9293 3.1: MUST-4 to MUST-7, MUST-64, MUST-68: any list of options is survived. */
describe("option lists", () => {
  const legal: [string, number[]][] = [
    ["none", []],
    ["end of list first, anything behind it", [0, 2, 4, 0]],
    ["only NOPs", [1, 1, 1, 1]],
    ["an unknown kind with a length (MUST-6)", [254, 6, 1, 2, 3, 4, 2, 4, 0x02, 0x00]],
    ["SACK-permitted, timestamps, fast open", [4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 34, 2]],
    ["forty octets of NOP", Array<number>(40).fill(1)],
    ["MSS at an odd place (MUST-64)", [1, 2, 4, 2, 0, 0]],
  ];
  it.each(legal)("legal: %s", (_, octets) => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", options: Uint8Array.from(octets) });
    peer.expect({ flags: "SA", sequence: 0, acknowledgment: 1 });
    peer.send({ flags: "A" });
    expect(server.listener.pending).toBe(1);
  });

  it("the MSS behind an unknown option counts", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", options: Uint8Array.of(254, 6, 1, 2, 3, 4, 2, 4, 0x02, 0x00) });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "A" });
    server.accept().write(2000);
    peer.expect({ length: 512 });
  });

  const illegal: [string, number[]][] = [
    ["length 0", [254, 0, 0, 0]],
    ["length 1", [254, 1, 0, 0]],
    ["length past the header", [254, 40, 0, 0]],
    ["a kind with no length octet", [1, 1, 1, 254]],
    ["MSS of length 3", [2, 3, 5, 0]],
    ["MSS of length 40", [2, 40, 5, 0]],
    ["window scale of length 2", [3, 2, 1, 1]],
    ["MSS cut off by the end", [1, 1, 2, 4]],
  ];
  it.each(illegal)("illegal, but survived without harm: %s (MUST-7)", (_, octets) => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    const verdict = peer.send({ flags: "S", options: Uint8Array.from(octets) });
    const answer = peer.take();
    if (answer === null) expect(verdict).not.toBe(Verdict.Handled);
    else expect(answer).toMatchObject({ flags: "SA", acknowledgment: 1 });
    // Whatever became of that SYN, the listener still works.
    host.peer({ port: 5001 }).open();
    expect(server.listener.pending).toBeGreaterThanOrEqual(1);
    host.outbox.length = 0;
  });

  it.each(illegal)("on data in ESTABLISHED: %s", (_, octets) => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer().open();
    const application = server.accept();
    peer.send({ flags: "PA", payload: 10, options: Uint8Array.from(octets) });
    expect(application.state).toBe("ESTABLISHED");
    peer.send({ flags: "PA", sequence: 1, payload: 10 });
    expect(application.read()).toBe(10);
  });
});

describe("malformed headers", () => {
  it.each([
    [0, "of nothing"],
    [4, "under 20 octets"],
    [15, "past the end"],
  ])("a data offset of %i words (%s) is dropped", (dataOffset) => {
    const host = new TcpHarness();
    host.listen();
    const verdict = host.peer().send({ flags: "S", dataOffset });
    expect(verdict).not.toBe(Verdict.Handled);
    host.expectNothing();
  });

  it("every length under a header is dropped", () => {
    const host = new TcpHarness();
    host.listen();
    const peer = host.peer();
    const { source, destination } = peer.fields({ flags: "S" });
    for (let length = 0; length < 20; length++) {
      expect(host.injectOctets(new Uint8Array(length), source, destination)).not.toBe(Verdict.Handled);
    }
    host.flush();
    host.expectNothing();
  });

  it("reserved bits and ECN bits of a SYN do not matter (RFC 9293 3.1, RFC 3168 6.1.1)", () => {
    const host = new TcpHarness();
    host.listen();
    const peer = host.peer();
    peer.send({ flags: "SEC", mss: 1460 });
    peer.expect({ flags: "SA" });
  });
});

describe("what every segment carries", () => {
  it("TTL 64, no ECN, don't fragment; as set per connection (MUST-48, MUST-49)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S" });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "A" });
    server.accept().write(10);
    const data = peer.expect({ length: 10 });
    expect([data.hopLimit, data.trafficClass, data.dontFragment]).toEqual([0, 0, "yes"]);
    const remote = host.peer({ to: 40000 });
    host.connect({ hopLimit: 3, trafficClass: 0x28 });
    const syn = remote.take()!;
    expect([syn.hopLimit, syn.trafficClass]).toEqual([3, 0x28]);
  });

  it("PSH on the last segment of what was written (MUST-60)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer().open({ mss: 1000 });
    server.accept().write(2500);
    peer.expect({ length: 1000, push: false });
    peer.expect({ length: 1000, push: false });
    peer.send({ flags: "A" });
    peer.expect({ length: 500, push: true });
  });
});
