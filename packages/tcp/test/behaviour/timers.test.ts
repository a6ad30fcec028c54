import { describe, expect, it } from "vitest";
import type { Application } from "../support/application.ts";
import type { TcpHarness } from "../support/harness.ts";
import { connected, opened } from "../support/opened.ts";
import { scene } from "../support/scene.ts";

/** The timers that end or keep a connection: R1, R2, user timeout, keep-alive (RFC 9293 3.8.3, 3.8.4; RFC 5482). */

const HOUR = 3_600_000;

/** Lets time pass until the last event; how long it took. */
function timeToEnd(host: TcpHarness, application: Application, step = 100): number {
  const start = host.now;
  while (application.outcome === undefined && host.now - start < 10 * HOUR) host.advance(step);
  return host.now - start;
}

describe("an idle connection", () => {
  it("has no deadline at all", () => {
    const { host } = opened();
    expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    host.advance(30 * 24 * HOUR);
    host.expectNothing();
  });

  it("works after a month", () => {
    const { host, peer, application } = opened();
    host.advance(30 * 24 * HOUR);
    application.write(10);
    peer.expect({ length: 10 });
    peer.send({ flags: "PA", payload: 10 });
    expect(application.read()).toBe(10);
  });

  it("calling onDeadline early does nothing", () => {
    const { host, peer, application } = opened();
    application.write(10);
    peer.expect({ length: 10 });
    for (let i = 0; i < 10; i++) {
      host.tcp.onDeadline(host.now);
      host.flush();
    }
    host.expectNothing();
  });
});

describe("R1 and R2 (MUST-20 to MUST-23, SHLD-10, SHLD-11)", () => {
  it("after three retransmissions the IP layer is told to doubt the path, not before", () => {
    const { host, peer, application } = opened();
    application.write(10);
    peer.expect({ length: 10 });
    for (let i = 0; i < 2; i++) {
      while (peer.take() === null) host.advance(50);
    }
    expect(host.network.doubted).toHaveLength(0);
    host.advance(10_000);
    expect(host.network.doubted.length).toBeGreaterThanOrEqual(1);
  });

  it("progress confirms the path", () => {
    const { host, peer, application } = opened();
    const before = host.network.confirmed.length;
    application.write(10);
    peer.expect({ length: 10 });
    peer.send({ flags: "A" });
    expect(host.network.confirmed.length).toBeGreaterThan(before);
  });

  it("R2 is at least 100 s of retransmissions; one ACK starts them anew", () => {
    const { host, peer, application } = opened();
    application.write(2000);
    peer.takeAll();
    host.advance(60_000);
    expect(application.outcome).toBeUndefined();
    peer.takeAll();
    peer.send({ flags: "A", acknowledgment: 1001 });
    peer.takeAll();
    expect(timeToEnd(host, application)).toBeGreaterThanOrEqual(100_000);
    expect(application.outcome).toBe("ETIMEDOUT");
  });

  it("a SYN is given at least three minutes (MUST-23)", () => {
    const { harness, application } = scene("SYN-SENT");
    const time = timeToEnd(harness, application!);
    expect(time).toBeGreaterThanOrEqual(180_000);
    expect(time).toBeLessThanOrEqual(300_000);
    expect(application!.outcome).toBe("ETIMEDOUT");
  });

  it("a peer that answers our SYN and then is silent is given up in SYN-RECEIVED as well", () => {
    const { harness, application } = scene("SYN-RECEIVED from SYN-SENT");
    timeToEnd(harness, application!);
    expect(application!.outcome).toBe("ETIMEDOUT");
    expect(harness.connections()).toHaveLength(0);
  });

  it("a half-open connection of a listener is forgotten", () => {
    const { harness, peer, listening } = scene("SYN-RECEIVED from LISTEN");
    harness.advance(300_000);
    const repeats = peer.takeAll();
    expect(repeats.length).toBeGreaterThanOrEqual(3);
    expect(repeats.every(({ flags }) => flags === "SA")).toBe(true);
    expect(harness.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    peer.send({ flags: "A", sequence: 1, acknowledgment: 1 });
    peer.expect({ flags: "R", sequence: 1 });
    expect(listening!.acceptable).toBe(0);
  });

  it.each(["FIN-WAIT-1", "CLOSING", "LAST-ACK"])(
    "a FIN that is never acknowledged ends with R2 in %s",
    (state) => {
      const { harness, application } = scene(state);
      expect(timeToEnd(harness, application!)).toBeGreaterThanOrEqual(100_000);
      expect(application!.outcome).toBe("ETIMEDOUT");
      expect(harness.connections()).toHaveLength(0);
      expect(harness.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    },
  );
});

describe("user timeout (MUST-21, RFC 5482)", () => {
  it("bounds how long data may stay unacknowledged", () => {
    const { host, application } = opened({ connection: { userTimeout: 5000 } });
    application.write(10);
    const time = timeToEnd(host, application);
    expect(time).toBeGreaterThanOrEqual(4900);
    expect(time).toBeLessThanOrEqual(5200);
    expect(application.outcome).toBe("ETIMEDOUT");
  });

  it("may be longer than R2", () => {
    const { host, peer, application } = opened({ connection: { userTimeout: 10 * HOUR } });
    application.write(10);
    host.advance(9 * HOUR);
    expect(application.outcome).toBeUndefined();
    host.outbox.length = 0;
    peer.send({ flags: "A", acknowledgment: 11 });
    expect(application.state).toBe("ESTABLISHED");
  });

  it("bounds a stall on a closed window, even an acknowledged one (RFC 9293 3.8.6.1, sockstress)", () => {
    const { host, peer, application } = opened({ window: 0, connection: { userTimeout: 30_000 } });
    application.write(1000);
    const start = host.now;
    while (application.outcome === undefined && host.now - start < HOUR) {
      host.advance(100);
      for (const _ of peer.takeAll()) peer.send({ flags: "A", acknowledgment: 1, window: 0 });
    }
    expect(application.outcome).toBe("ETIMEDOUT");
    expect(host.now - start).toBeGreaterThanOrEqual(29_000);
    expect(host.now - start).toBeLessThanOrEqual(32_000);
  });

  it("does not end an idle connection, nor one that makes progress", () => {
    const { host, peer, application } = opened({ connection: { userTimeout: 1000 } });
    host.advance(HOUR);
    for (let i = 0; i < 20; i++) {
      application.write(10);
      host.advance(500);
      peer.takeAll();
      peer.send({ flags: "A" });
    }
    host.advance(HOUR);
    expect(application.outcome).toBeUndefined();
  });

  it("can be set later", () => {
    const { host, application } = opened();
    application.connection.setUserTimeout(3000, host.now);
    application.write(10);
    expect(timeToEnd(host, application)).toBeLessThanOrEqual(3200);
  });

  it("set while a closed window is probed, counts from then on", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "A", window: 0 });
    application.write(10);
    // Probes are no text: long after the last of it the connection is as alive as ever.
    for (let i = 0; i < 20; i++) {
      host.advance(10_000);
      for (const _ of peer.takeAll()) peer.send({ flags: "A", acknowledgment: 1, window: 0 });
    }
    application.connection.setUserTimeout(60_000, host.now);
    const time = timeToEnd(host, application);
    expect(time).toBeGreaterThanOrEqual(59_000);
    expect(time).toBeLessThanOrEqual(61_000);
  });

  it("bounds connecting too", () => {
    const host = scene("CLOSED").harness;
    const caller = host.connect({ userTimeout: 5000 });
    const time = timeToEnd(host, caller);
    expect(time).toBeGreaterThanOrEqual(4900);
    expect(time).toBeLessThanOrEqual(5200);
    expect(caller.outcome).toBe("ETIMEDOUT");
  });
});

describe("keep-alive (RFC 9293 3.8.4, MUST-24 to MUST-29)", () => {
  it("is off by default", () => {
    const { host } = connected();
    host.advance(100 * HOUR);
    host.expectNothing();
  });

  it("after two hours of silence by default, then every 75 s, nine times", () => {
    const { host, peer, application } = opened({ connection: { keepAlive: {} } });
    peer.mark();
    host.advance(2 * HOUR - 1000);
    host.expectNothing();
    const time = timeToEnd(host, application, 1000) - 1000;
    const sent = peer.takeAll();
    // Then a reset for a peer that hears us but is not heard, or nothing.
    const probes = sent.filter(({ flags }) => !flags.includes("R"));
    expect(probes).toHaveLength(9);
    // SEG.SEQ = SND.NXT - 1: outside the window, so it must be answered.
    for (const probe of probes) expect(probe).toMatchObject({ flags: "A", sequence: 0, acknowledgment: 1 });
    for (const probe of probes) expect(probe.length).toBeLessThanOrEqual(1);
    expect(application.outcome).toBe("ETIMEDOUT");
    expect(time).toBeGreaterThanOrEqual(9 * 75_000 - 2000);
    expect(time).toBeLessThanOrEqual(9 * 75_000 + 2000);
  });

  it("an answer keeps it for another idle time", () => {
    const { host, peer, application } = opened({
      connection: { keepAlive: { idle: 10_000, interval: 1000, probes: 3 } },
    });
    for (let i = 0; i < 20; i++) {
      host.advance(9900);
      host.expectNothing();
      host.advance(200);
      peer.expect({ flags: "A", sequence: 0, acknowledgment: 1 });
      peer.send({ flags: "A" });
    }
    expect(application.outcome).toBeUndefined();
  });

  it("a single lost answer is not the end (MUST-29)", () => {
    const { host, peer, application } = opened({
      connection: { keepAlive: { idle: 10_000, interval: 1000, probes: 3 } },
    });
    host.advance(12_100);
    expect(peer.takeAll()).toHaveLength(3);
    peer.send({ flags: "A" });
    host.advance(5000);
    expect(application.outcome).toBeUndefined();
  });

  it("is sent only when idle: data either way puts it off", () => {
    const { host, peer, application } = opened({ connection: { keepAlive: { idle: 10_000 } } });
    for (let i = 0; i < 10; i++) {
      host.advance(8000);
      peer.send({ flags: "PA", payload: 10 });
      host.advance(500);
      application.read();
    }
    expect(peer.takeAll().every(({ sequence }) => sequence === 1)).toBe(true);
  });

  it("does not replace retransmission: with data in flight there are no probes", () => {
    const { host, peer, application } = opened({
      connection: { keepAlive: { idle: 1000, interval: 1000, probes: 2 } },
    });
    application.write(10);
    host.advance(20_000);
    expect(peer.takeAll().every(({ length }) => length === 10)).toBe(true);
    expect(application.outcome).toBeUndefined();
  });

  it("a peer that crashed and came back resets: ECONNRESET", () => {
    const { host, peer, application } = opened({ connection: { keepAlive: { idle: 1000 } } });
    host.advance(1100);
    const probe = peer.expect({ flags: "A", sequence: 0 });
    peer.send({ flags: "R", sequence: probe.acknowledgment });
    expect(application.outcome).toBe("ECONNRESET");
  });

  it("can be switched on and off later; its timer goes with the connection", () => {
    const { host, peer, application } = opened();
    application.connection.setKeepAlive({ idle: 1000, interval: 1000, probes: 2 }, host.now);
    host.flush();
    host.advance(1100);
    expect(peer.takeAll()).toHaveLength(1);
    peer.send({ flags: "A" });
    application.connection.setKeepAlive(false, host.now);
    host.flush();
    expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    application.connection.setKeepAlive({ idle: 1000 }, host.now);
    application.abort();
    expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("switched on while idle, counts from then on", () => {
    const { host, peer, application } = opened();
    host.advance(HOUR);
    application.connection.setKeepAlive({ idle: 1000 }, host.now);
    host.advance(900);
    host.expectNothing();
    host.advance(200);
    expect(peer.takeAll()).toHaveLength(1);
  });

  it("also in CLOSE-WAIT and FIN-WAIT-2, where one could wait for ever", () => {
    for (const ours of [true, false]) {
      const { host, peer, application } = opened({
        connection: { keepAlive: { idle: 1000, interval: 1000, probes: 2 } },
      });
      if (ours) {
        application.shutdownWrite();
        peer.expect({ flags: "FA" });
        peer.send({ flags: "A", acknowledgment: 2 });
      } else {
        peer.send({ flags: "FA" });
        peer.expect({ flags: "A" });
      }
      timeToEnd(host, application);
      expect(application.outcome).toBe("ETIMEDOUT");
    }
  });
});
