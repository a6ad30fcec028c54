import { IpAddress } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { optionsIn, putOptions } from "../../src/syn-cookies/timestamp-options.ts";
import { TcpHarness } from "../support/harness.ts";
import type { Peer } from "../support/peer.ts";

/** RFC 4987: more SYNs than records. The cache of half-open connections is full after two here; then cookies answer. */

const full = (parameters = {}) => {
  const host = new TcpHarness({ parameters: { synQueue: 2, ...parameters } });
  const server = host.listen();
  for (const port of [1, 2]) {
    const spoofed = host.peer({ port });
    spoofed.send({ flags: "S", mss: 1460 });
    spoofed.expect({ flags: "SA" });
  }
  return { host, server, peer: host.peer() };
};

const statistics = (host: TcpHarness, ...names: string[]): (number | undefined)[] => {
  const all = host.tcp.statistics();
  return names.map((name) => all[name]);
};

const modern = (value: number) => ({
  mss: 1460,
  sackPermitted: true,
  windowScale: 7,
  timestamps: { value, echo: 0 },
});

describe("a SYN without room for a record", () => {
  it("is answered, nothing is kept, and the acknowledgment opens the connection", () => {
    const { host, server, peer } = full();
    peer.send({ flags: "S", mss: 1460 });
    peer.expect({ flags: "SA", sequence: 0, acknowledgment: 1, mss: 1460 });
    expect(statistics(host, "halfOpen", "cookiesSent", "halfOpenEvictions")).toEqual([2, 1, 0]);
    // Nobody sends it again: the peer's SYN would come again.
    host.advance(500);
    host.expectNothing();
    peer.send({ flags: "A" });
    expect(server.listener.pending).toBe(1);
    expect(statistics(host, "cookiesReceived", "passiveOpens")).toEqual([1, 3]);
    server.accept().write(10);
    peer.expect({ sequence: 1, length: 10 });
  });

  it("text on the acknowledgment is received, also when the acknowledgment itself was lost", () => {
    const { server, peer } = full();
    peer.send({ flags: "S", mss: 1460 });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "PA", payload: 100 });
    const application = server.accept();
    expect(application.read()).toBe(100);
    peer.expect({ flags: "A", acknowledgment: 101 });
  });

  it.each([
    [1460, 1460],
    [9000, 1460],
    [1450, 1440],
    [1000, 536],
    [100, 48],
    [undefined, 536],
  ])("the peer's MSS of %s is kept as %i", (mss, kept) => {
    const { server, peer } = full();
    peer.send({ flags: "S", ...(mss !== undefined && { mss }) });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "A" });
    server.accept().write(3000);
    peer.expect({ sequence: 1, length: kept });
  });

  it("with timestamps scale and selective acknowledgments come back in the echo", () => {
    const { host, server, peer } = full();
    peer.send({ flags: "S", ...modern(5) });
    const answer = peer.expect({ flags: "SA", sackPermitted: true, windowScale: 7 });
    expect(answer.timestamps!.echo).toBe(5);
    peer.send({ flags: "A", timestamps: { value: 6, echo: answer.timestamps!.value } });
    const application = server.accept();
    expect(application.connection.info(host.now)).toMatchObject({ sendScale: 7, receiveScale: 7 });
    peer.send({ flags: "A", sequence: 101, payload: 10, timestamps: { value: 7, echo: 0 } });
    expect(peer.expect({ flags: "A", acknowledgment: 1 }).sack).toEqual([[101, 111]]);
  });

  it("without timestamps nothing is offered that could not be kept", () => {
    const { host, server, peer } = full();
    peer.send({ flags: "S", mss: 1460, sackPermitted: true, windowScale: 7 });
    peer.expect({ flags: "SA", sackPermitted: false, windowScale: null });
    peer.send({ flags: "A" });
    expect(server.accept().connection.info(host.now)).toMatchObject({ sendScale: -1, receiveScale: -1 });
  });

  it("our timestamps go on from the cookie's, which was never ahead of the clock", () => {
    const { host, server, peer } = full();
    peer.send({ flags: "S", ...modern(5) });
    const first = peer.expect({ flags: "SA" }).timestamps!.value;
    host.advance(1);
    peer.send({ flags: "A", timestamps: { value: 6, echo: first } });
    server.accept().write(1);
    expect((peer.expect({ length: 1 }).timestamps!.value - first) | 0).toBeGreaterThan(0);
  });
});

describe("an acknowledgment that brings no cookie", () => {
  const answered = (send: (peer: Peer, host: TcpHarness) => void): TcpHarness => {
    const { host, peer } = full();
    peer.send({ flags: "S", mss: 1460 });
    peer.expect({ flags: "SA" });
    send(peer, host);
    return host;
  };

  it.each<[string, (peer: Peer, host: TcpHarness) => void]>([
    ["another acknowledgment number", (peer) => peer.send({ flags: "A", acknowledgment: 2 })],
    ["another sequence number", (peer) => peer.send({ flags: "A", sequence: 2 })],
    ["a bit of the hash flipped", (peer) => peer.send({ flags: "A", acknowledgment: 1 + 4096 })],
    ["the MSS made larger", (peer) => peer.send({ flags: "A", acknowledgment: 1 + (1 << 24) })],
    [
      "another address",
      (peer, host) => {
        const other = host.peer({ address: IpAddress.parse("10.0.0.77") });
        other.theirs = peer.theirs;
        other.send({ flags: "A", sequence: 1, acknowledgment: 1 });
      },
    ],
  ])("%s: a reset", (_, send) => {
    const host = answered(send);
    expect(statistics(host, "cookiesFailed", "cookiesReceived", "flows", "outResets")).toEqual([1, 0, 0, 1]);
  });

  it("is not even looked at when no cookie was sent lately", () => {
    const host = answered(() => {});
    host.advance(200_000);
    host.outbox.length = 0;
    const peer = host.peer({ port: 7 });
    peer.theirs = 1000;
    peer.send({ flags: "A", sequence: 1, acknowledgment: 1 });
    peer.expect({ flags: "R" });
    expect(statistics(host, "cookiesFailed")).toEqual([0]);
  });

  it.each([
    [63_000, 1],
    [129_000, 0],
  ])("a cookie is good for a minute or two: after %i ms it opens %i", (age, opens) => {
    const { host, server, peer } = full({ synCookies: "always" });
    peer.send({ flags: "S", mss: 1460 });
    peer.expect({ flags: "SA" });
    host.advance(age - 1000);
    // Another one keeps cookies looked for.
    host.peer({ port: 9 }).send({ flags: "S", mss: 1460 });
    host.advance(1000);
    peer.send({ flags: "A" });
    expect(server.listener.pending).toBe(opens);
  });

  it("a full accept queue ignores it; what the peer sends next opens the connection", () => {
    const host = new TcpHarness({ parameters: { synCookies: "always" } });
    const server = host.listen({ backlog: 1 });
    const late = host.peer({ port: 6 });
    late.send({ flags: "S", mss: 1460 });
    late.expect({ flags: "SA" });
    host.peer().open();
    late.send({ flags: "A" });
    late.expectNothing();
    expect(statistics(host, "listenOverflows", "cookiesReceived")).toEqual([1, 1]);
    server.accept();
    late.send({ flags: "PA", payload: 5 });
    expect(server.accept().read()).toBe(5);
  });
});

describe("by choice", () => {
  it("never: the oldest record makes room", () => {
    const { host, peer } = full({ synCookies: "never" });
    peer.send({ flags: "S", mss: 1460 });
    peer.expect({ flags: "SA" });
    expect(statistics(host, "halfOpen", "cookiesSent", "halfOpenEvictions")).toEqual([2, 0, 1]);
  });

  it("always: there are no records", () => {
    const { host, peer } = full({ synCookies: "always" });
    peer.open();
    expect(statistics(host, "halfOpen", "cookiesSent", "currentlyEstablished")).toEqual([0, 3, 1]);
  });
});

describe("a flood", () => {
  it("of 6000 spoofed SYNs leaves 1024 records, and a client connects through it", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const client = host.peer({ port: 30_000 });
    const syn = host.peer({ port: 40_000 }).fields({ flags: "S", mss: 1460 });
    for (let i = 0; i < 6000; i++) {
      if (i === 3000) client.open();
      host.inject({ ...syn, source: IpAddress.parse(`10.100.${i >> 8}.${i & 255}`) });
      host.outbox.length = 0;
      host.network.sent.length = 0;
    }
    expect(statistics(host, "halfOpen", "timers", "flows", "ringOctets")).toEqual([1024, 1, 1, 0]);
    expect(server.accept().state).toBe("ESTABLISHED");
  });
});

describe("options in a timestamp", () => {
  it("come back, and the timestamp is at most 63 ms early, never late", () => {
    for (const value of [0, 63, 64, 1_000_000, 0x7fff_ffff, -0x8000_0000, -1]) {
      for (let bits = 0; bits < 64; bits++) {
        const options = {
          windowScale: (bits >> 2) - 1,
          sackPermitted: (bits & 1) !== 0,
          ecn: (bits & 2) !== 0,
        };
        const put = putOptions(value, options);
        expect(optionsIn(put)).toEqual(options);
        expect((value - put) | 0).toBeGreaterThanOrEqual(0);
        expect((value - put) | 0).toBeLessThanOrEqual(63);
      }
    }
  });
});
