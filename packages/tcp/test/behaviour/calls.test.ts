import { Slice } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { HOST, PEER, TcpHarness } from "../support/harness.ts";
import { connected, opened } from "../support/opened.ts";
import { pattern } from "../support/pattern.ts";
import { scene } from "../support/scene.ts";

/** The user calls of RFC 9293 3.9.1 on their own: ranges, borrowed views, calls before the handshake is done, wrong arguments. */

describe("write", () => {
  it("takes the range it is given, and copies it before it returns", () => {
    const { host, peer, application } = opened();
    const bytes = new Uint8Array(300).fill(0xee);
    bytes.set(pattern(0, 100), 150);
    expect(application.connection.write(bytes, 150, 250, host.now)).toBe(100);
    bytes.fill(0xee);
    host.flush();
    // The content is compared in peer.ts.
    peer.expect({ sequence: 1, length: 100 });
  });

  it("takes as much of the range as there is room for", () => {
    const { host, application } = opened({ window: 0, connection: { sendBuffer: 1000 } });
    const bytes = new Uint8Array(5000);
    expect(application.connection.write(bytes, 400, 1000, host.now)).toBe(600);
    expect(application.connection.write(bytes, 400, 1000, host.now)).toBe(400);
    expect(application.connection.writableOctets).toBe(0);
  });

  it.each([
    [-1, 10],
    [5, 4],
    [0, 101],
    [0, Number.NaN],
  ])("[%d, %d) of 100 octets is a RangeError", (from, to) => {
    const { host, application } = opened();
    expect(() => application.connection.write(new Uint8Array(100), from, to, host.now)).toThrow(RangeError);
    host.flush();
    host.expectNothing();
  });

  it("before the handshake is done is kept until then (RFC 9293 3.10.2, SYN-SENT)", () => {
    const { harness, peer, application } = scene("SYN-SENT");
    expect(application!.write(100)).toBe(100);
    harness.expectNothing();
    peer.send({ flags: "SA", sequence: 0, mss: 1460 });
    const sent = peer.takeAll();
    expect(sent.reduce((sum, { length }) => sum + length, 0)).toBe(100);
    expect(sent.every(({ acknowledgment }) => acknowledgment === 1)).toBe(true);
  });

  it("and a shutdown then: text and FIN follow the handshake (3.10.4)", () => {
    const { harness, peer, application } = scene("SYN-SENT");
    application!.write(100);
    application!.shutdownWrite();
    expect(() => application!.write(1)).toThrow(expect.objectContaining({ code: "EPIPE" }));
    harness.expectNothing();
    peer.send({ flags: "SA", sequence: 0, mss: 1460 });
    expect(peer.takeAll().at(-1)).toMatchObject({ flags: "FA", acknowledgment: 1 });
    expect(peer.received).toBe(102);
    expect(application!.state).toBe("FIN-WAIT-1");
    expect(application!.events).toContain("established");
  });
});

describe("read", () => {
  it("in pieces of any size", () => {
    const { host, peer, application } = opened();
    for (let i = 0; i < 40; i++) peer.send({ flags: "A", payload: 1000 });
    for (let size = 1; application.connection.readableOctets > 0; size = (size * 3) % 4999)
      application.read(size);
    expect(application.wasRead).toBe(40_000);
    host.outbox.length = 0;
  });

  it("peek shows everything without taking it; consume takes a part", () => {
    const { peer, application } = opened({ connection: { receiveBuffer: 4096 } });
    const { connection } = application;
    const slices = [new Slice(), new Slice()] as const;
    expect(connection.peek(slices)).toBe(0);
    // Something always stays, or the ring would begin anew.
    let read = 0;
    // Goes around the ring, so that two slices are needed now and then.
    let split = 0;
    for (let i = 0; i < 40; i++) {
      peer.send({ flags: "A", payload: 900 });
      const count = connection.peek(slices);
      if (count === 2) split++;
      const seen = slices.slice(0, count).flatMap(({ bytes, start, end }) => [...bytes.subarray(start, end)]);
      expect(seen).toEqual([...pattern(read, read + connection.readableOctets)]);
      const take = Math.min(connection.readableOctets - 1, 700 + (i % 3) * 300);
      connection.consume(take, 0);
      read += take;
    }
    expect(split).toBeGreaterThan(0);
  });

  it("consume opens the window as read does", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 4096 } });
    for (let at = 0; at < 4096; at += 1024) peer.send({ flags: "A", payload: 1024 });
    expect(peer.takeAll().at(-1)!.window).toBe(0);
    application.connection.consume(4096, host.now);
    host.flush();
    expect(peer.expect({ flags: "A", acknowledgment: 4097 }).window).toBe(4096);
  });

  it.each([-1, 11, 0.5, Number.NaN])("consume of %d octets of 10 is a RangeError", (octets) => {
    const { host, peer, application } = opened();
    peer.send({ flags: "A", payload: 10 });
    expect(() => application.connection.consume(octets, host.now)).toThrow(RangeError);
    expect(application.connection.readableOctets).toBe(10);
  });
});

describe("wrong options are named at once", () => {
  it.each([
    { port: -1 },
    { port: 65_536 },
    { port: 1.5 },
    { backlog: 0 },
    { backlog: -5 },
    { sendBuffer: 0 },
    { receiveBuffer: 0 },
    { receiveBuffer: 2 ** 31 },
    { hopLimit: 0 },
    { hopLimit: 256 },
    { trafficClass: 256 },
    { userTimeout: 0 },
    { userTimeout: Number.NaN },
    { keepAlive: { idle: 0 } },
    { keepAlive: { interval: -1 } },
    { keepAlive: { probes: 0 } },
  ])("listen(%o)", (options) => {
    const host = new TcpHarness();
    const name = Object.keys(options)[0]!;
    expect(() => host.listen(options)).toThrow(RangeError);
    expect(() => host.listen(options)).toThrow(new RegExp(name));
    host.listen();
  });

  it("connect to port 0", () => {
    const host = new TcpHarness();
    expect(() => host.connect({ remote: { address: PEER, port: 0 } })).toThrow(RangeError);
    expect(host.connections()).toHaveLength(0);
  });
});

describe("what a connection says of itself", () => {
  it("its two endpoints and its state, from either side", () => {
    const active = connected().application.connection;
    expect([active.local.address.toString(), active.local.port]).toEqual([HOST.toString(), 40_000]);
    expect([active.remote.address.toString(), active.remote.port]).toEqual([PEER.toString(), 5000]);
    const passive = opened().application.connection;
    expect([passive.local.address.toString(), passive.local.port]).toEqual([HOST.toString(), 80]);
    expect([passive.remote.address.toString(), passive.remote.port]).toEqual([PEER.toString(), 5000]);
  });

  it("info() follows the connection", () => {
    const { host, peer, application } = opened({ window: 30_000 });
    application.write(15_000);
    peer.takeAll();
    peer.send({ flags: "A", acknowledgment: 1001, payload: 70 });
    peer.takeAll();
    const info = application.connection.info(host.now);
    expect(info).toMatchObject({
      state: "ESTABLISHED",
      sendSegment: 1000,
      sendWindow: 30_000,
      congestionWindow: 11_000,
      inFlight: 11_000,
      sendQueue: 14_000,
      receiveQueue: 70,
      octetsReceived: 70,
      octetsSent: 12_000,
      octetsRetransmitted: 0,
      pathMtu: 1500,
    });
  });
});
