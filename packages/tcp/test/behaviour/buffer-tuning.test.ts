import type { ConnectionOptions } from "@mnet/tcp";
import { describe, expect, it } from "vitest";
import type { Application } from "../support/application.ts";
import { opened } from "../support/opened.ts";
import { Pair } from "../support/pair.ts";

/** Buffers that nobody sized: they follow the path, up to `largestSendBuffer` and `largestReceiveBuffer`. */

interface Transfer {
  readonly client: Application;
  readonly server: Application;
  readonly pair: Pair;
}

/** The client writes as much as is taken, the server reads everything as it comes, for a while. */
function transfer(o: ConnectionOptions = {}, reads = true, timestamps = true): Transfer {
  const pair = new Pair({ latency: 20, parameters: { timestamps } });
  let server: Application | null = null;
  const client = pair.open(o, (accepted) => {
    server = accepted;
  });
  for (let turn = 0; turn < 200; turn++) {
    pair.timeline.advance(2);
    if (client.state === "ESTABLISHED") client.write(client.connection.writableOctets + 1);
    if (reads && server !== null) (server as Application).read();
  }
  if (server === null) throw new Error("nobody came");
  return { client, server, pair };
}

/** One ordinary transfer, for the tests that only look at it. */
let done: Transfer | null = null;
const ordinary = (): Transfer => {
  done ??= transfer();
  return done;
};

const info = ({ pair }: Transfer, application: Application) =>
  application.connection.info(pair.timeline.now());

describe("the receive buffer (dynamic right-sizing)", () => {
  it.each([true, false])("grows with what is read per round trip (timestamps: %s)", (timestamps) => {
    const all = timestamps ? ordinary() : transfer({}, true, timestamps);
    const { receiveBuffer, receiveSpace } = info(all, all.server);
    expect(receiveBuffer).toBeGreaterThan(500_000);
    expect(receiveBuffer).toBeGreaterThanOrEqual(2 * receiveSpace);
    expect(receiveBuffer).toBeLessThanOrEqual(6_291_456);
  });

  it("stays where the application set it", () => {
    const all = transfer({ receiveBuffer: 100_000 });
    expect(info(all, all.server).receiveBuffer).toBe(100_000);
  });

  it("does not grow beyond what a peer without window scaling can be told, and reads alone send nothing", () => {
    const { host, peer, application } = opened({ mss: 1460, roundTrip: 20 });
    let sent = 0;
    for (let i = 1; i <= 800; i++) {
      peer.send({ flags: "A", payload: 1460 });
      application.read();
      if (i % 40 === 0) host.advance(20);
      if (i > 200) sent += peer.takeAll().length;
      else peer.takeAll();
    }
    expect(application.connection.info(host.now).receiveBuffer).toBe(65_535);
    // Every second segment, and windows that open: not every one.
    expect(sent).toBeLessThan(400);
  });

  it("does not grow for an application that does not read", () => {
    const all = transfer({}, false);
    expect(info(all, all.server).receiveBuffer).toBe(262_144);
    expect(info(all, all.server).receiveQueue).toBeLessThanOrEqual(262_144 + 4096);
  });
});

describe("the send buffer", () => {
  it("is twice the congestion window, up to 4 MiB", () => {
    const all = ordinary();
    const { sendBuffer, congestionWindow } = info(all, all.client);
    expect(sendBuffer).toBeGreaterThan(500_000);
    expect(sendBuffer).toBeLessThanOrEqual(Math.min(4_194_304, 2 * congestionWindow));
  });

  it("stays where the application set it", () => {
    const all = transfer({ sendBuffer: 100_000 });
    expect(info(all, all.client).sendBuffer).toBe(100_000);
  });

  it("does not grow for a peer that takes nothing", () => {
    const all = transfer({}, false);
    expect(info(all, all.client).sendQueue).toBeLessThanOrEqual(1_048_576);
  });
});

describe("the buffers of a live connection", () => {
  it("can be set; what was offered is not taken back", () => {
    const { host, peer, application } = opened({ connection: { receiveBuffer: 10_000 }, windowScale: 0 });
    const { connection } = application;
    peer.send({ flags: "A", payload: 4000 });
    expect(peer.expect({ flags: "A" }).window).toBe(6000);
    connection.setReceiveBuffer(2000);
    peer.send({ flags: "A", payload: 1000 });
    expect(peer.expect({ flags: "A" }).window).toBe(5000);
    connection.setReceiveBuffer(60_000);
    host.flush();
    expect(peer.expect({ flags: "A", acknowledgment: 5001 }).window).toBe(55_000);
    connection.setSendBuffer(5000);
    expect(connection.writableOctets).toBe(5000);
    application.write(1000);
    connection.setSendBuffer(1);
    expect([connection.writableOctets, connection.unacknowledgedOctets]).toEqual([0, 1000]);
  });

  it("the window grows no further than the scale agreed on can say", () => {
    const { host, application } = opened();
    application.connection.setReceiveBuffer(1 << 20);
    expect(application.connection.info(host.now).receiveBuffer).toBe(65_535);
  });

  it.each([0, 0.5, 67_108_865])("a size of %d is a RangeError", (octets) => {
    const { connection } = opened().application;
    expect(() => connection.setSendBuffer(octets)).toThrow(/sendBuffer/);
    expect(() => connection.setReceiveBuffer(octets)).toThrow(/receiveBuffer/);
  });
});

describe("how its segments are sent", () => {
  it("hop limit and traffic class can be set too", () => {
    const { peer, application } = opened();
    application.connection.setHopLimit(3);
    application.connection.setTrafficClass(0xbb);
    application.write(1);
    expect(peer.expect({ length: 1 })).toMatchObject({ hopLimit: 3, trafficClass: 0xb8 });
    expect(() => application.connection.setHopLimit(0)).toThrow(/hopLimit/);
    expect(() => application.connection.setTrafficClass(256)).toThrow(/trafficClass/);
  });
});
