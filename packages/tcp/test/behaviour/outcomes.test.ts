import { IcmpErrorKind, IpAddress, IpProtocol, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";
import { opened } from "../support/opened.ts";
import { scene } from "../support/scene.ts";

/**
 * Six different ends for the caller: the end of the stream, reset, refused, timed out, unreachable, killed (T27, acceptance tests 14
 * and 15). What `connect` learns is in `closed`; what a reader or writer learns is also in `endOfStream`, `error` and what `write`
 * throws.
 */

describe("connect", () => {
  it("refused: RST,ACK to the SYN is ECONNREFUSED at once", () => {
    const { harness, peer, application } = scene("SYN-SENT");
    peer.send({ flags: "RA", sequence: 0, acknowledgment: 1 });
    expect(application!.outcome).toBe("ECONNREFUSED");
    expect(application!.events).not.toContain("established");
    expect(harness.connections()).toHaveLength(0);
    expect(harness.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("timed out: silence is ETIMEDOUT after three minutes or more (MUST-23)", () => {
    const { harness, application } = scene("SYN-SENT");
    harness.advance(179_000);
    expect(application!.outcome).toBeUndefined();
    harness.advance(121_000);
    expect(application!.outcome).toBe("ETIMEDOUT");
    expect(harness.connections()).toHaveLength(0);
    harness.outbox.length = 0;
    harness.advance(600_000);
    harness.expectNothing();
  });

  it.each([
    ["EHOSTUNREACH", IcmpErrorKind.HostUnreachable],
    ["ENETUNREACH", IcmpErrorKind.NetworkUnreachable],
  ])("%s: the soft error is what a timed out connect reports", (code, kind) => {
    const { harness, application } = scene("SYN-SENT");
    harness.network.deliverError(
      { kind, protocol: IpProtocol.Tcp, quoted: harness.network.sent.at(-1)!.octets },
      harness.now,
    );
    harness.flush();
    expect(application!.outcome).toBeUndefined();
    harness.advance(400_000);
    expect(application!.outcome).toBe(code);
  });

  it("no route: ENETUNREACH at once, nothing is sent (acceptance test 15)", () => {
    const host = new TcpHarness();
    host.network.setRoutes([]);
    expect(() => host.connect()).toThrow(expect.objectContaining({ code: "ENETUNREACH" }));
    expect(host.connections()).toHaveLength(0);
    expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("a family without a layer is EAFNOSUPPORT", () => {
    const host = new TcpHarness();
    const remote = { address: IpAddress.parse("fd00::1"), port: 80 };
    expect(() => host.connect({ remote })).toThrow(expect.objectContaining({ code: "EAFNOSUPPORT" }));
  });

  it("a local address that is not ours is EADDRNOTAVAIL, a pair of endpoints in use EADDRINUSE", () => {
    const host = new TcpHarness();
    expect(() => host.connect({ local: { address: IpAddress.parse("10.9.9.9"), port: 40000 } })).toThrow(
      expect.objectContaining({ code: "EADDRNOTAVAIL" }),
    );
    host.connect();
    expect(() => host.connect()).toThrow(expect.objectContaining({ code: "EADDRINUSE" }));
  });

  it("killed: ENETDOWN", () => {
    const { harness, application } = scene("SYN-SENT");
    harness.tcp.kill(harness.now);
    expect(application!.outcome).toBe("ENETDOWN");
  });

  it("aborted by the caller: ECONNABORTED, and a late SYN-ACK is reset", () => {
    const { harness, peer, application } = scene("SYN-SENT");
    application!.abort();
    expect(application!.outcome).toBe("ECONNABORTED");
    peer.send({ flags: "SA", sequence: 0, acknowledgment: 1 });
    peer.expect({ flags: "R", sequence: 1 });
    harness.expectNothing();
  });

  it("a SYN that the layer below cannot take now goes out a little later", () => {
    const host = new TcpHarness();
    host.network.refuse = Verdict.DeviceBusy;
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    host.expectNothing();
    host.network.refuse = null;
    host.advance(1100);
    peer.expect({ flags: "S", sequence: 0 });
    expect(caller.state).toBe("SYN-SENT");
  });

  it.each([Verdict.DeviceBusy, Verdict.NoBuffers])(
    "data that the layer below cannot take (verdict %i) was not sent, and goes out later in order",
    (verdict) => {
      const { host, peer, application } = opened();
      host.network.refuse = verdict;
      application.write(3000);
      host.expectNothing();
      host.network.refuse = null;
      host.advance(1100);
      for (let turn = 0; turn < 10 && peer.received < 3001; turn++) {
        peer.takeAll();
        peer.send({ flags: "A" });
        host.advance(1100);
      }
      expect(peer.received).toBe(3001);
    },
  );
});

describe("a device that is busy", () => {
  it("holds back everybody; with room again each sends what it had, once", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const flows = [5001, 5002, 5003, 5004].map((port) => {
      const peer = host.peer({ port }).open({ mss: 1000 });
      return { peer, application: server.accept() };
    });
    host.network.refuse = Verdict.DeviceBusy;
    for (const { peer, application } of flows) {
      application.write(500);
      peer.send({ flags: "PA", payload: 10 });
      application.shutdownWrite();
    }
    host.expectNothing();
    host.network.refuse = null;
    host.flush();
    for (const { peer } of flows) {
      const sent = peer.takeAll();
      expect(sent.reduce((sum, { length }) => sum + length, 0)).toBe(500);
      expect(sent.filter(({ flags }) => flags === "FA")).toHaveLength(1);
      expect(sent.at(-1)!.acknowledgment).toBe(11);
    }
    host.flush();
    host.expectNothing();
  });

  it("in the middle of a burst: what was refused is the next to go, and nothing twice", () => {
    const { host, peer, application } = opened();
    const send = host.network.send.bind(host.network);
    let left = 3;
    host.network.send = (...how) => (left-- > 0 ? send(...how) : Verdict.DeviceBusy);
    application.write(8000);
    expect(peer.takeAll().map(({ sequence }) => sequence)).toEqual([1, 1001, 2001]);
    left = 100;
    host.flush();
    expect(peer.takeAll().map(({ sequence }) => sequence)).toEqual([3001, 4001, 5001, 6001, 7001]);
  });

  it("an acknowledgment that was refused goes later", () => {
    const { host, peer } = opened();
    host.network.refuse = Verdict.DeviceBusy;
    peer.send({ flags: "A", sequence: 101, payload: 100 });
    peer.send({ flags: "A", sequence: 301, payload: 100 });
    host.network.refuse = null;
    host.flush();
    const sent = peer.takeAll();
    expect(sent.length).toBeGreaterThanOrEqual(1);
    for (const segment of sent) expect(segment).toMatchObject({ flags: "A", acknowledgment: 1, length: 0 });
  });
});

describe("read", () => {
  it("end of stream: FIN, no error, after everything is read", () => {
    const { peer, application } = opened();
    peer.send({ flags: "FPA", payload: 10 });
    const { connection } = application;
    expect([connection.endOfStream, connection.error]).toEqual([false, null]);
    expect(application.read()).toBe(10);
    expect([connection.endOfStream, connection.error]).toEqual([true, null]);
    expect(application.read(100)).toBe(0);
    expect(application.count("readable")).toBeGreaterThanOrEqual(1);
  });

  it("reset: ECONNRESET, not the end of the stream", () => {
    const { peer, application } = opened();
    peer.send({ flags: "R" });
    const { connection } = application;
    expect([connection.endOfStream, connection.error]).toEqual([false, "ECONNRESET"]);
    expect(application.events).toContain("closed");
    expect(application.state).toBe("CLOSED");
  });

  it("reset after the end of the stream is still told", () => {
    const { peer, application } = opened();
    peer.send({ flags: "FA" });
    peer.expect({ flags: "A" });
    peer.send({ flags: "R" });
    expect(application.outcome).toBe("ECONNRESET");
  });

  it("timed out: ETIMEDOUT for reader and writer when data is not acknowledged", () => {
    const { host, application } = opened();
    application.write(10);
    const start = host.now;
    while (application.outcome === undefined && host.now - start < 3_600_000) host.advance(1000);
    expect(application.outcome).toBe("ETIMEDOUT");
    expect(host.now - start).toBeGreaterThanOrEqual(100_000);
    expect(application.connection.error).toBe("ETIMEDOUT");
    expect(application.connection.endOfStream).toBe(false);
    host.outbox.length = 0;
    host.advance(600_000);
    host.expectNothing();
  });

  it("a read of an empty connection is 0 and not the end", () => {
    const { application } = opened();
    expect(application.read(10)).toBe(0);
    expect(application.connection.endOfStream).toBe(false);
  });
});

describe("write", () => {
  it.each([["ECONNRESET", "R"]])("%s is thrown after %s", (code, flags) => {
    const { peer, application } = opened();
    peer.send({ flags });
    expect(() => application.write(1)).toThrow(expect.objectContaining({ code }));
  });

  it("ENETDOWN is thrown after kill", () => {
    const { host, application } = opened();
    host.tcp.kill(host.now);
    expect(() => application.write(1)).toThrow(expect.objectContaining({ code: "ENETDOWN" }));
    expect(application.connection.error).toBe("ENETDOWN");
  });

  it("is taken, in order, as far as the buffer goes; none of an empty range", () => {
    const { application } = opened({ window: 0, connection: { sendBuffer: 4096 } });
    expect(application.write(0)).toBe(0);
    expect(application.write(4000)).toBe(4000);
    expect(application.connection.writableOctets).toBe(96);
    expect(application.write(4000)).toBe(96);
    expect(application.write(4000)).toBe(0);
  });
});

describe("the last event", () => {
  it.each([
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "SYN-SENT",
    "SYN-RECEIVED from SYN-SENT",
  ])("comes once, whatever follows it in %s", (state) => {
    const { harness, peer, application, next, sent } = scene(state);
    peer.send({ flags: "RA", sequence: next, acknowledgment: sent });
    expect(application!.closings).toBe(1);
    application!.abort();
    application!.close();
    harness.tcp.kill(harness.now);
    harness.advance(600_000);
    expect(application!.closings).toBe(1);
    expect(application!.events.at(-1)).toBe("closed");
  });
});
