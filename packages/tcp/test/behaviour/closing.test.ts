import { describe, expect, it } from "vitest";
import type { Application } from "../support/application.ts";
import { TcpHarness } from "../support/harness.ts";
import { connected, opened } from "../support/opened.ts";
import { scene } from "../support/scene.ts";

/** RFC 9293 3.6: closing a connection. */

describe("half-close (T25)", () => {
  it("ours: the end for the peer, while its data still comes", () => {
    const { host, peer, application } = opened();
    application.write(100);
    application.shutdownWrite();
    const sent = peer.takeAll();
    expect(sent.at(-1)!.flags).toBe("FA");
    peer.send({ flags: "A", acknowledgment: 102 });
    expect(application.state).toBe("FIN-WAIT-2");
    expect(application.count("finished")).toBe(1);
    for (let i = 0; i < 5; i++) {
      host.advance(600_000);
      peer.send({ flags: "PA", payload: 1000 });
      expect(application.read()).toBe(1000);
    }
    host.outbox.length = 0;
    peer.send({ flags: "FA" });
    peer.expect({ flags: "A", acknowledgment: 5002 });
    expect(application.connection.endOfStream).toBe(true);
    expect(application.outcome).toBeNull();
    expect(host.tcp.timeWaitCount).toBe(1);
  });

  it("theirs: the end for us, while our data still goes", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "FPA", payload: 10 });
    peer.expect({ flags: "A", acknowledgment: 12 });
    expect(application.read()).toBe(10);
    expect(application.connection.endOfStream).toBe(true);
    for (let i = 0; i < 5; i++) {
      host.advance(600_000);
      application.write(1000);
      peer.expect({ flags: "A", acknowledgment: 12, length: 1000 });
      peer.send({ flags: "A" });
    }
    application.close();
    peer.expect({ flags: "FA", sequence: 5001 });
    expect(application.state).toBe("LAST-ACK");
    peer.send({ flags: "A" });
    expect(application.outcome).toBeNull();
    expect(application.count("finished")).toBe(1);
    expect(host.connections()).toHaveLength(0);
    expect(host.tcp.timeWaitCount).toBe(0);
  });

  it("write after shutdownWrite is EPIPE; shutdownWrite again does nothing", () => {
    const { host, peer, application } = opened();
    application.shutdownWrite();
    peer.expect({ flags: "FA" });
    expect(() => application.write(1)).toThrow(expect.objectContaining({ code: "EPIPE" }));
    application.shutdownWrite();
    host.expectNothing();
  });

  it("what was written before it all arrives before the FIN", () => {
    const { host, peer, application } = opened({ window: 3000 });
    application.write(10_000);
    application.shutdownWrite();
    for (let turn = 0; turn < 20 && application.state !== "FIN-WAIT-2"; turn++) {
      expect(peer.takeAll().some(({ flags, sequence }) => flags === "FA" && sequence < 9001)).toBe(false);
      peer.send({ flags: "A" });
      host.advance(10);
    }
    expect(peer.received).toBe(10_002);
    expect(application.state).toBe("FIN-WAIT-2");
  });
});

describe("close (RFC 9293 3.10.4)", () => {
  it("ESTABLISHED to TIME-WAIT, step by step (figure 12)", () => {
    const { host, peer, application } = opened();
    application.close();
    peer.expect({ flags: "FA", sequence: 1, acknowledgment: 1 });
    expect(application.state).toBe("FIN-WAIT-1");
    peer.send({ flags: "A", acknowledgment: 2 });
    expect(application.state).toBe("FIN-WAIT-2");
    expect(application.count("finished")).toBe(1);
    peer.send({ flags: "FA" });
    peer.expect({ flags: "A", sequence: 2, acknowledgment: 2 });
    expect(host.tcp.timeWaitCount).toBe(1);
    expect(application.outcome).toBeNull();
    expect(application.closings).toBe(1);
  });

  it("both at once (figure 13): CLOSING, TIME-WAIT", () => {
    const { host, peer, application } = opened();
    application.close();
    peer.expect({ flags: "FA", sequence: 1, acknowledgment: 1 });
    peer.send({ flags: "FA", acknowledgment: 1 });
    peer.expect({ flags: "A", sequence: 2, acknowledgment: 2 });
    expect(application.state).toBe("CLOSING");
    peer.send({ flags: "A", acknowledgment: 2 });
    expect(host.tcp.timeWaitCount).toBe(1);
    expect(application.outcome).toBeNull();
  });

  it("sends what was written, however slowly the peer takes it, then the FIN", () => {
    const { host, peer, application } = opened({ window: 1000 });
    application.write(8000);
    application.close();
    for (let turn = 0; turn < 40 && peer.received < 8002; turn++) {
      peer.takeAll();
      peer.send({ flags: "A" });
      host.advance(1000);
    }
    expect(peer.received).toBe(8002);
    peer.takeAll();
    peer.send({ flags: "FA" });
    expect(application.outcome).toBeNull();
  });

  it("of a connection that is not established yet gives up quietly (SYN-SENT)", () => {
    const { harness, application } = scene("SYN-SENT");
    application!.close();
    expect(application!.closings).toBe(1);
    expect(harness.connections()).toHaveLength(0);
    harness.advance(200_000);
    harness.expectNothing();
  });

  it("twice is once", () => {
    const { host, peer, application } = opened();
    application.close();
    peer.expect({ flags: "FA" });
    application.close();
    host.expectNothing();
    peer.send({ flags: "FA", acknowledgment: 2 });
    peer.expect({ flags: "A" });
    application.close();
    host.expectNothing();
    expect(application.closings).toBe(1);
  });
});

describe("what the application did not read (RFC 1122 4.2.2.13, RFC 2525 2.17)", () => {
  it("close with unread data resets: the peer must not believe that it arrived", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "PA", payload: 10 });
    host.advance(500);
    peer.takeAll();
    application.close();
    expect(peer.expect({ sequence: 1, length: 0 }).flags).toMatch(/^RA?$/);
    host.expectNothing();
    expect(application.closings).toBe(1);
    expect(host.connections()).toHaveLength(0);
    expect(host.tcp.timeWaitCount).toBe(0);
  });

  it("also when the peer's FIN came", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "FPA", payload: 10 });
    peer.takeAll();
    application.close();
    expect(peer.expect({ sequence: 1 }).flags).toMatch(/^RA?$/);
    expect(host.connections()).toHaveLength(0);
  });

  it("only a part read is unread too", () => {
    const { peer, application } = opened();
    peer.send({ flags: "PA", payload: 10 });
    application.read(9);
    peer.takeAll();
    application.close();
    expect(peer.expect({ sequence: 1 }).flags).toMatch(/^RA?$/);
  });

  it.each([
    ["FIN-WAIT-1", false],
    ["FIN-WAIT-2", true],
  ])("data that arrives in %s after close resets", (state, acknowledged) => {
    const { host, peer, application } = opened();
    application.close();
    peer.expect({ flags: "FA" });
    if (acknowledged) peer.send({ flags: "A", acknowledgment: 2 });
    expect(application.state).toBe(state);
    peer.send({ flags: "PA", payload: 10, acknowledgment: acknowledged ? 2 : 1 });
    expect(peer.take()?.flags).toMatch(/^RA?$/);
    expect(host.connections()).toHaveLength(0);
    expect(application.closings).toBe(1);
  });

  it("old data after close is only acknowledged", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "PA", payload: 10 });
    application.read();
    host.advance(500);
    peer.takeAll();
    application.close();
    peer.expect({ flags: "FA", sequence: 1 });
    peer.send({ flags: "PA", sequence: 1, acknowledgment: 1, payload: 10 });
    peer.expect({ flags: "A", acknowledgment: 11 });
    expect(application.state).toBe("FIN-WAIT-1");
  });

  it("after shutdownRead arriving data is not the application's, and the peer is not left waiting", () => {
    const { host, peer, application } = opened();
    application.shutdownRead();
    for (let i = 0; i < 400; i++) {
      peer.send({ flags: "PA", payload: 1000 });
      host.advance(100);
    }
    // Either the data is thrown away and acknowledged, or the peer is told with a reset; the window does not close for ever.
    const last = peer.takeAll().at(-1)!;
    if (!last.flags.includes("R")) expect(last).toMatchObject({ acknowledgment: 400_001 });
    expect(application.connection.readableOctets).toBe(0);
  });
});

describe("FIN-WAIT-2 (T18, RFC 9293 3.3.2)", () => {
  function finWait2(close: (application: Application) => void): ReturnType<typeof opened> {
    const flow = opened();
    close(flow.application);
    flow.peer.expect({ flags: "FA" });
    flow.peer.send({ flags: "A", acknowledgment: 2 });
    expect(flow.application.state).toBe("FIN-WAIT-2");
    return flow;
  }

  it("after a full close the record is gone after 60 s", () => {
    const { host, peer } = finWait2((application) => application.close());
    host.advance(59_000);
    expect(host.connections()).toHaveLength(1);
    host.advance(2000);
    expect(host.connections()).toHaveLength(0);
    expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    // Whoever comes later finds nobody.
    peer.send({ flags: "FA", acknowledgment: 2 });
    expect(peer.take()?.flags).toMatch(/^RA?$/);
  });

  it("after a half-close it stays for days: somebody reads", () => {
    const { host, peer, application } = finWait2((application) => application.shutdownWrite());
    host.advance(3 * 86_400_000);
    host.expectNothing();
    peer.send({ flags: "PA", payload: 10 });
    expect(application.read()).toBe(10);
  });

  it("half-close, later close: 60 s from the close (acceptance test 18)", () => {
    const { host, application } = finWait2((application) => application.shutdownWrite());
    host.advance(600_000);
    application.close();
    host.expectNothing();
    host.advance(59_000);
    expect(host.connections()).toHaveLength(1);
    host.advance(2000);
    expect(host.connections()).toHaveLength(0);
    expect(application.closings).toBe(1);
  });
});

describe("TIME-WAIT (RFC 9293 3.4.2, 3.6.1)", () => {
  it("is a record of its own, no connection, for 60 s", () => {
    const { harness } = scene("TIME-WAIT");
    expect(harness.connections()).toHaveLength(0);
    expect(harness.tcp.timeWaitCount).toBe(1);
    harness.advance(59_000);
    expect(harness.tcp.timeWaitCount).toBe(1);
    harness.advance(1500);
    expect(harness.tcp.timeWaitCount).toBe(0);
    expect(harness.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    harness.expectNothing();
  });

  it("the FIN again is acknowledged again and starts the time anew", () => {
    const { harness, peer } = scene("TIME-WAIT");
    harness.advance(50_000);
    peer.send({ flags: "FA", sequence: 101, acknowledgment: 102 });
    peer.expect({ flags: "A", sequence: 102, acknowledgment: 102, length: 0 });
    harness.advance(50_000);
    expect(harness.tcp.timeWaitCount).toBe(1);
    harness.advance(11_000);
    expect(harness.tcp.timeWaitCount).toBe(0);
  });

  it("RST does not end it (RFC 1337)", () => {
    const { harness, peer } = scene("TIME-WAIT");
    for (const sequence of [101, 102, 103]) peer.send({ flags: "R", sequence });
    harness.expectNothing();
    expect(harness.tcp.timeWaitCount).toBe(1);
  });

  it("a SYN with a larger sequence number opens a new connection (MAY-2, RFC 6191, RFC 1122 4.2.2.13)", () => {
    const { harness, peer, listening } = scene("TIME-WAIT");
    const isn = peer.isn + 102 + 5000;
    const again = harness.peer({ isn, port: peer.port });
    const { theirs } = peer;
    again.send({ flags: "S", mss: 1460 });
    again.expect({ flags: "SA", sequence: 0, acknowledgment: 1 });
    // Ours is beyond everything that we used before.
    expect((again.theirs! - (theirs! + 102)) | 0).toBeGreaterThan(0);
    again.send({ flags: "PA", payload: 10 });
    expect(listening!.accept().read()).toBe(10);
    expect(harness.tcp.timeWaitCount).toBe(0);
  });

  it.each([-1000, 50, 101])(
    "a SYN at %i, an old one, is answered with an ACK and changes nothing",
    (sequence) => {
      const { harness, peer, listening } = scene("TIME-WAIT");
      peer.send({ flags: "S", sequence });
      peer.expect({ flags: "A", sequence: 102, acknowledgment: 102 });
      expect(harness.tcp.timeWaitCount).toBe(1);
      expect(listening!.listener.pending).toBe(0);
    },
  );

  it("a SYN with a larger number and no listener any more is refused", () => {
    const { harness, peer, listening } = scene("TIME-WAIT");
    listening!.close();
    peer.send({ flags: "S", sequence: 6000 });
    expect(peer.take()?.flags).toMatch(/^(RA|A)$/);
    expect(harness.connections()).toHaveLength(0);
  });

  it("keeps at most so many records; the one with the least time left goes first", () => {
    const host = new TcpHarness({ parameters: { timeWaitLimit: 4 } });
    const server = host.listen();
    const peers = [5001, 5002, 5003, 5004, 5005, 5006].map((port) => {
      const peer = host.peer({ port }).open();
      server.accept().close();
      peer.expect({ flags: "FA" });
      peer.send({ flags: "FA", acknowledgment: 2 });
      peer.expect({ flags: "A" });
      host.advance(100);
      return peer;
    });
    expect(host.tcp.timeWaitCount).toBe(4);
    const answers = peers.map((peer) => {
      peer.send({ flags: "FA", sequence: 1, acknowledgment: 2 });
      return peer.take()!.flags;
    });
    expect(answers).toEqual([expect.stringMatching("R"), expect.stringMatching("R"), "A", "A", "A", "A"]);
  });

  it("data that came with or before the last FIN can still be read", () => {
    const { host, peer, application } = opened();
    application.shutdownWrite();
    peer.expect({ flags: "FA" });
    peer.send({ flags: "FPA", payload: 50, acknowledgment: 2 });
    expect(host.tcp.timeWaitCount).toBe(1);
    expect(application.connection.endOfStream).toBe(false);
    expect(application.read()).toBe(50);
    expect(application.connection.endOfStream).toBe(true);
    expect(application.connection.error).toBeNull();
  });

  it("a passive close leaves none", () => {
    const { host, peer, application } = opened();
    peer.send({ flags: "FA" });
    peer.expect({ flags: "A" });
    application.close();
    peer.expect({ flags: "FA" });
    peer.send({ flags: "A" });
    expect(host.tcp.timeWaitCount).toBe(0);
    expect(host.connections()).toHaveLength(0);
  });
});

describe("abort (RFC 9293 3.10.5)", () => {
  it.each([
    ["SYN-RECEIVED from SYN-SENT", true],
    ["ESTABLISHED", true],
    ["FIN-WAIT-1", true],
    ["FIN-WAIT-2", true],
    ["CLOSE-WAIT", true],
    ["SYN-SENT", false],
  ])("in %s: RST sent: %s; the application has ECONNABORTED", (state, reset) => {
    const { harness, peer, application, sent } = scene(state);
    application!.abort();
    if (reset) {
      const segment = peer.expect({ sequence: sent, length: 0 });
      expect(segment.flags).toMatch(/^RA?$/);
    }
    harness.expectNothing();
    expect(application!.outcome).toBe("ECONNABORTED");
    expect(application!.closings).toBe(1);
    expect(harness.connections()).toHaveLength(0);
    harness.advance(120_000);
    harness.expectNothing();
  });

  it.each(["CLOSING", "LAST-ACK"])("in %s: over, whether the peer is told or not", (state) => {
    const { harness, application } = scene(state);
    application!.abort();
    expect(harness.outbox.length).toBeLessThanOrEqual(1);
    expect(application!.closings).toBe(1);
    expect(harness.connections()).toHaveLength(0);
  });

  it("throws away what was not sent; calls afterwards are told so", () => {
    const { host, peer, application } = opened({ window: 1000 });
    application.write(8000);
    peer.takeAll();
    application.abort();
    peer.expect({});
    host.advance(60_000);
    host.expectNothing();
    expect(() => application.write(1)).toThrow(expect.objectContaining({ code: expect.any(String) }));
    expect(application.connection.error).toBe("ECONNABORTED");
  });
});

describe("kill", () => {
  it("resets every synchronised peer and tells every caller ENETDOWN (acceptance test 23)", () => {
    const { host, peer, application, server } = opened();
    const half = host.peer({ port: 5001 });
    half.send({ flags: "S" });
    half.expect({ flags: "SA" });
    const waiting = host.peer({ port: 5002 }).open();
    const caller = host.connect({ local: { port: 40001 } });
    const remote = host.peer({ to: 40001 });
    remote.expect({ flags: "S" });
    host.tcp.kill(host.now);
    host.flush();
    expect(peer.expect({ sequence: 1 }).flags).toMatch(/^RA?$/);
    expect(waiting.expect({ sequence: 1 }).flags).toMatch(/^RA?$/);
    expect(application.outcome).toBe("ENETDOWN");
    expect(caller.outcome).toBe("ENETDOWN");
    expect(server.outcome).toBe("ENETDOWN");
    expect(host.connections()).toHaveLength(0);
    expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(() => host.connect({ local: { port: 40002 } })).toThrow(
      expect.objectContaining({ code: "ENETDOWN" }),
    );
    expect(() => host.listen({ port: 81 })).toThrow(expect.objectContaining({ code: "ENETDOWN" }));
    host.tcp.kill(host.now);
    expect(application.closings).toBe(1);
  });

  it("forgets TIME-WAIT", () => {
    const { harness } = scene("TIME-WAIT");
    harness.tcp.kill(harness.now);
    expect(harness.tcp.timeWaitCount).toBe(0);
  });
});

describe("an address that is taken away", () => {
  it("ends its connections with the turn", () => {
    const { host, application } = connected();
    application.connection.write(new Uint8Array(10), 0, 10, host.now);
    host.network.removeAddress("10.0.0.2");
    expect(application.outcome).toBeUndefined();
    host.flush();
    expect(application.outcome).toBe("EADDRNOTAVAIL");
    expect(host.connections()).toHaveLength(0);
    host.expectNothing();
  });

  it("but not when it is given back before", () => {
    const { host, peer, application } = connected();
    host.network.removeAddress("10.0.0.2");
    host.network.addAddress("10.0.0.2/24");
    application.write(10);
    peer.expect({ sequence: 1, length: 10 });
  });
});
