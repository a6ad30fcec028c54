import type { ConnectionOptions, TcpParameters } from "@mnet/tcp";
import { describe, expect, it } from "vitest";
import { Scalable } from "../congestion-example.ts";
import { opened } from "../support/opened.ts";
import { Pair } from "../support/pair.ts";

/** Congestion control by choice: `congestion` of the layer's parameters and of a connection's options. */

function algorithms(connection: ConnectionOptions, parameters: Partial<TcpParameters> = {}): string[] {
  const pair = new Pair({ parameters });
  pair.open(connection);
  pair.timeline.advance(100);
  return [pair.client, pair.server].map(({ tcp, now }) => [...tcp.connections()][0]!.info(now).congestion);
}

describe("by name", () => {
  it("CUBIC unless said otherwise", () => {
    expect(algorithms({})).toEqual(["cubic", "cubic"]);
  });

  it("of a connection, and of all that a listener accepts", () => {
    expect(algorithms({ congestion: "newreno" })).toEqual(["newreno", "newreno"]);
  });

  it("of the layer, unless a connection says otherwise", () => {
    expect(algorithms({}, { congestion: "newreno" })).toEqual(["newreno", "newreno"]);
    expect(algorithms({ congestion: "cubic" }, { congestion: "newreno" })).toEqual(["cubic", "cubic"]);
  });

  it.each(["reno", "constructor", 7])("%s: RangeError", (name) => {
    expect(() => algorithms({ congestion: name as "cubic" })).toThrow(/congestion must be/);
  });
});

describe("CUBIC's curve (RFC 9438 5.8)", () => {
  /** Octets by which the window grows in 40 round trips of 20 ms, each of a whole window, with a pause after each. */
  function growth(pause: number): number {
    const { host, peer, application } = opened({
      windowScale: 7,
      sackPermitted: true,
      roundTrip: 20,
      connection: { sendBuffer: 1 << 24, noDelay: true },
    });
    peer.window = 60_000;
    peer.send({ flags: "A" });
    const { connection } = application;
    const window = (): number => connection.info(host.now).congestionWindow;
    const acknowledge = (): void => {
      host.advance(20);
      for (const { sequence, length } of peer.takeAll())
        peer.send({ flags: "A", acknowledgment: sequence + length });
    };
    application.write(500_000);
    while (peer.received <= 500_000) acknowledge();
    application.write(window());
    host.advance(20);
    // All but the first arrives.
    const [lost, ...others] = peer.takeAll();
    const acknowledgment = lost!.sequence;
    for (const { sequence, length } of others)
      peer.send({ flags: "A", acknowledgment, sack: [[acknowledgment + 1000, sequence + length]] });
    while (connection.info(host.now).inFlight > 0) acknowledge();
    const before = window();
    for (let i = 0; i < 40; i++) {
      application.write(window());
      while (connection.info(host.now).inFlight > 0) acknowledge();
      host.advance(pause);
    }
    expect(host.tcp.statistics()).toMatchObject({ fastRetransmissions: 1, timeouts: 0 });
    return window() - before;
  }

  it("stands still while nothing is outstanding, also for less than a timeout", () => {
    const without = growth(0);
    expect(without).toBeGreaterThan(0);
    expect(Math.abs(growth(150) / without - 1)).toBeLessThan(0.05);
  });
});

describe("a controller of one's own", () => {
  it("each connection has one, and it decides", () => {
    const made: Scalable[] = [];
    const factory = (): Scalable => {
      const controller = new Scalable();
      made.push(controller);
      return controller;
    };
    const pair = new Pair({ latency: 10, loss: 0.01 });
    const received = { octets: 0 };
    const client = pair.open({ congestion: factory }, (server) => {
      const read = (): void => {
        received.octets += server.read();
        pair.timeline.after(5, read);
      };
      read();
    });
    expect(made).toHaveLength(1);
    let largest = 0;
    const write = (): void => {
      const { state, inFlight } = client.connection.info(pair.timeline.now());
      largest = Math.max(largest, inFlight);
      if (state === "ESTABLISHED" && client.written < 2_000_000) client.write(100_000);
      pair.timeline.after(5, write);
    };
    write();
    pair.runUntil(() => received.octets >= 2_000_000, 120_000);
    expect(made).toHaveLength(2);
    expect(client.connection.info(pair.timeline.now())).toMatchObject({
      congestion: "scalable",
      congestionWindow: made[0]!.window,
    });
    // More than the initial window was in flight at times, and losses were met.
    expect(largest).toBeGreaterThan(20_000);
    expect(made[0]!.threshold).toBeLessThan(Number.POSITIVE_INFINITY);
  });
});
