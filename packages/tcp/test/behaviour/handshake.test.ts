import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { HOST, PEER, TcpHarness } from "../support/harness.ts";

/** RFC 9293 3.5: establishing a connection. */
describe("active open (RFC 9293 3.10.1, 3.10.7.3)", () => {
  it("SYN, SYN-ACK, ACK: established for the caller", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    const syn = peer.expect({ flags: "S", sequence: 0, length: 0 });
    expect(syn.segment.acknowledgment).toBe(0);
    expect(caller.state).toBe("SYN-SENT");
    peer.send({ flags: "SA", mss: 1460 });
    peer.expect({ flags: "A", sequence: 1, acknowledgment: 1, length: 0 });
    host.expectNothing();
    expect(caller.state).toBe("ESTABLISHED");
    expect(caller.events).toEqual(["established"]);
    expect(caller.connection.remote).toMatchObject({ port: 5000 });
    expect(caller.connection.remote.address.equals(PEER)).toBe(true);
    expect(caller.connection.local.address.equals(HOST)).toBe(true);
    expect(caller.connection.local.port).toBe(40000);
  });

  it("delivers data that came with the SYN-ACK after the handshake", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "SA", mss: 1460, payload: new Uint8Array([0, 31, 62]) });
    host.advance(500);
    expect(caller.connection.state).toBeDefined();
    expect(caller.state).toBe("ESTABLISHED");
    const acknowledged = peer.takeAll().at(-1)!.acknowledgment;
    // RFC 9293 3.10.7.3 fourth: queue or process what follows the SYN; acknowledging it without keeping it would lose it.
    expect(caller.connection.readableOctets).toBe(acknowledged - 1);
    if (acknowledged === 1) {
      peer.send({ flags: "A", sequence: 1, payload: 3 });
    }
    expect(caller.read()).toBe(3);
  });

  it("a SYN-ACK with FIN is dropped", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    peer.expect({ flags: "S" });
    expect(peer.send({ flags: "SFA", mss: 1460 })).toBe(Verdict.BadFlags);
    expect(caller.state).toBe("SYN-SENT");
    host.expectNothing();
  });

  it("unless asked for: it goes to CLOSE-WAIT or waits for the FIN again", () => {
    const host = new TcpHarness({ parameters: { acceptSynFin: true } });
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "SFA", mss: 1460 });
    const acknowledged = peer.takeAll().at(-1)!.acknowledgment;
    expect(caller.connection.endOfStream).toBe(acknowledged === 2);
    if (acknowledged === 1) peer.send({ flags: "FA", sequence: 1 });
    expect(caller.state).toBe("CLOSE-WAIT");
  });

  it("retransmits the SYN after 1, 3, 7, 15... seconds, the same each time", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 }).mark();
    host.connect();
    for (const after of [0, 1000, 3000, 7000, 15000, 31000]) {
      host.advance(1000 + after - host.now);
      peer.expect({ flags: "S", sequence: 0, after, mss: 1460 });
      host.expectNothing();
    }
  });

  it("takes another initial sequence number for another connection, and for the same one later (RFC 6528)", () => {
    const host = new TcpHarness();
    const numbers = new Set<number>();
    for (let port = 5000; port < 5032; port++) {
      const caller = host.connect({ local: { port: 40000 }, remote: { address: PEER, port } });
      numbers.add(host.outbox.at(-1)!.sequence);
      caller.abort();
    }
    host.outbox.length = 0;
    expect(numbers.size).toBe(32);
  });

  it("the initial sequence number of one pair of endpoints follows a clock of 4 µs (RFC 9293 3.4.1, RFC 6528 3)", () => {
    const at = (start: number): number => {
      const host = new TcpHarness({ start });
      host.connect();
      return host.outbox[0]!.sequence;
    };
    expect((at(2000) - at(1000)) >>> 0).toBe(250_000);
    expect((at(1000 + 3_600_000) - at(1000)) >>> 0).toBe(900_000_000);
  });
});

describe("passive open (RFC 9293 3.10.7.2, 3.10.7.4)", () => {
  it("SYN, SYN-ACK, ACK: in the accept queue", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1460 });
    peer.expect({ flags: "SA", sequence: 0, acknowledgment: 1, length: 0, mss: 1460 });
    expect(server.listener.pending).toBe(0);
    expect(server.tryAccept()).toBeNull();
    peer.send({ flags: "A" });
    host.expectNothing();
    expect(server.acceptable).toBe(1);
    expect(server.listener.pending).toBe(1);
    const application = server.accept();
    expect(application.state).toBe("ESTABLISHED");
    expect(application.connection.remote.port).toBe(5000);
    expect(server.listener.pending).toBe(0);
  });

  it("two accepts get two connections, in the order of their completion (acceptance test 13)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const first = host.peer({ port: 5001 });
    const second = host.peer({ port: 5002 });
    first.send({ flags: "S" });
    second.send({ flags: "S" });
    second.expect({ flags: "SA" });
    second.send({ flags: "A" });
    first.expect({ flags: "SA" });
    first.send({ flags: "A" });
    expect(server.accept().connection.remote.port).toBe(5002);
    expect(server.accept().connection.remote.port).toBe(5001);
    expect(server.tryAccept()).toBeNull();
  });

  it("data on the ACK that completes the handshake is delivered without a retransmission (acceptance test 19)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S" });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "PA", payload: 100 });
    const application = server.accept();
    expect(application.read()).toBe(100);
    host.advance(500);
    peer.expect({ flags: "A", acknowledgment: 101 });
  });

  it("data and FIN on the ACK that completes the handshake: read, then the end", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S" });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "FPA", payload: 100 });
    peer.expect({ flags: "A", acknowledgment: 102 });
    const application = server.accept();
    expect(application.connection.endOfStream).toBe(false);
    expect(application.read()).toBe(100);
    expect(application.connection.endOfStream).toBe(true);
    expect(application.state).toBe("CLOSE-WAIT");
  });

  it("data before accept waits for the application", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer().open();
    peer.send({ flags: "PA", payload: 50 });
    host.advance(1000);
    peer.send({ flags: "PA", payload: 50 });
    host.advance(1000);
    expect(peer.takeAll().at(-1)!.acknowledgment).toBe(101);
    expect(server.accept().read()).toBe(100);
  });

  it("data on the SYN is delivered once, after the handshake (RFC 9293 3.4)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1460, payload: 20 });
    const acknowledged = peer.expect({ flags: "SA", sequence: 0 }).acknowledgment;
    // Without TCP Fast Open the data may be left for the peer to repeat, but what is acknowledged must be kept.
    expect([1, 21]).toContain(acknowledged);
    expect(server.tryAccept()).toBeNull();
    peer.send({ flags: "A", sequence: acknowledged });
    if (acknowledged === 1) peer.send({ flags: "A", sequence: 1, payload: 20 });
    expect(server.accept().read()).toBe(20);
  });

  it("retransmits the SYN-ACK with the same numbers and options, backing off", () => {
    const host = new TcpHarness();
    host.listen();
    const peer = host.peer().mark();
    peer.send({ flags: "S", mss: 1460, windowScale: 3 });
    const first = peer.expect({ flags: "SA", sequence: 0, acknowledgment: 1, after: 0 });
    for (const after of [1000, 3000, 7000]) {
      host.advance(1000 + after - host.now);
      const again = peer.expect({ flags: "SA", sequence: 0, acknowledgment: 1, after, mss: first.mss });
      expect(again.windowScale).toBe(first.windowScale);
      host.expectNothing();
    }
    peer.send({ flags: "A" });
    host.advance(10_000);
    host.expectNothing();
  });

  it("a listener bound to an address hears only what is sent there; a port without listener refuses", () => {
    const host = new TcpHarness();
    host.listen({ port: 80, address: HOST });
    const peer = host.peer();
    peer.send({ flags: "S" });
    peer.expect({ flags: "SA" });
    const other = host.peer({ to: 81, port: 5001 });
    other.send({ flags: "S" });
    other.expect({ flags: "RA", sequence: 0, acknowledgment: 1 });
  });

  it("a second listener on the port is EADDRINUSE, an address that is not ours EADDRNOTAVAIL; the first one serves on", () => {
    const host = new TcpHarness();
    const first = host.listen({ port: 80 });
    expect(() => host.listen({ port: 80 })).toThrow(expect.objectContaining({ code: "EADDRINUSE" }));
    expect(() => host.listen({ port: 81, address: IpAddress.parse("10.0.0.77") })).toThrow(
      expect.objectContaining({ code: "EADDRNOTAVAIL" }),
    );
    host.peer().open();
    expect(first.acceptable).toBe(1);
  });

  it.each(["SYN-SENT", "SYN-RECEIVED"])(
    "listens on a port of a connection in %s, which goes on (MUST-42)",
    (state) => {
      const host = new TcpHarness();
      const connecting = host.connect({ local: { port: 40_000 } });
      // A simultaneous open.
      if (state === "SYN-RECEIVED") host.peer({ port: 5000, to: 40_000 }).send({ flags: "S" });
      expect(connecting.state).toBe(state);
      const server = host.listen({ port: 40_000 });
      host.peer({ port: 6000, to: 40_000 }).open();
      expect(server.acceptable).toBe(1);
      expect(connecting.state).toBe(state);
    },
  );

  it("port 0 chooses a free port", () => {
    const host = new TcpHarness();
    const one = host.listen({ port: 0 });
    const two = host.listen({ port: 0 });
    expect(one.listener.local.port).toBeGreaterThanOrEqual(1024);
    expect(two.listener.local.port).not.toBe(one.listener.local.port);
    const peer = host.peer({ to: one.listener.local.port });
    peer.send({ flags: "S" });
    peer.expect({ flags: "SA" });
  });

  it("a listener closed by the application refuses the next SYN and resets what was not accepted", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const half = host.peer({ port: 5001 });
    half.send({ flags: "S" });
    half.expect({ flags: "SA" });
    const waiting = host.peer({ port: 5002 }).open();
    const accepted = host.peer({ port: 5003 });
    accepted.send({ flags: "S" });
    accepted.expect({ flags: "SA" });
    server.close();
    expect(server.outcome).toBeNull();
    waiting.expect({ flags: "RA", sequence: 1 });
    half.send({ flags: "S", sequence: 0 });
    expect(half.takeAll().at(-1)!.flags).toMatch(/^RA?$/);
    const late = host.peer({ port: 5004 });
    late.send({ flags: "S" });
    late.expect({ flags: "RA", sequence: 0, acknowledgment: 1 });
    expect(host.connections()).toHaveLength(0);
  });

  it("a connection that was accepted outlives its listener", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer().open();
    const application = server.accept();
    server.close();
    application.write(10);
    peer.expect({ flags: "A", sequence: 1, length: 10 });
    expect(application.state).toBe("ESTABLISHED");
  });

  it("RST before accept: the connection is gone or says so; the next one is not disturbed", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer({ port: 5001 }).open();
    peer.send({ flags: "R" });
    host.peer({ port: 5002 }).open();
    const ports = [server.tryAccept(), server.tryAccept()]
      .filter((application) => application !== null)
      .filter((application) => application.connection.error === null)
      .map((application) => application.connection.remote.port);
    expect(ports).toEqual([5002]);
  });
});

describe("a reset while half open (RFC 9293 3.10.7.4, second)", () => {
  it("returns to LISTEN without a word when it came from LISTEN (MUST-11)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S" });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "R", sequence: 1 });
    host.advance(60_000);
    host.expectNothing();
    expect(server.acceptable).toBe(0);
    expect(server.outcome).toBeUndefined();
    host.peer({ port: 5001 }).open();
    expect(server.acceptable).toBe(1);
  });
});

describe("simultaneous open (RFC 9293 3.5 figure 8; MUST-10)", () => {
  it("SYN crosses SYN: one connection, not two", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    peer.expect({ flags: "S", sequence: 0 });
    peer.send({ flags: "S", sequence: 0, mss: 1000 });
    peer.expect({ flags: "SA", sequence: 0, acknowledgment: 1 });
    expect(caller.state).toBe("SYN-RECEIVED");
    expect(caller.events).toEqual([]);
    peer.send({ flags: "A", sequence: 1, acknowledgment: 1 });
    expect(caller.state).toBe("ESTABLISHED");
    expect(caller.events).toEqual(["established"]);
    expect(host.connections()).toHaveLength(1);
    caller.write(3000);
    peer.expect({ length: 1000, sequence: 1 });
  });

  it("two of our own meet: figure 8 to the end, no reset, data both ways", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    peer.expect({ flags: "S", sequence: 0 });
    // The other side is in SYN-SENT too and answers our SYN with SYN-ACK, as we do.
    peer.send({ flags: "S", sequence: 0 });
    peer.expect({ flags: "SA", sequence: 0, acknowledgment: 1 });
    peer.send({ flags: "SA", sequence: 0, acknowledgment: 1 });
    // By the figure it establishes us, as ours does the other side; by 3.10.7.4 it is left of the window and answered with an ACK,
    // which does the same.
    const answer = peer.take();
    if (answer === null) expect(caller.state).toBe("ESTABLISHED");
    else expect(answer).toMatchObject({ flags: "A", sequence: 1, acknowledgment: 1 });
    peer.send({ flags: "A", sequence: 1, acknowledgment: 1 });
    expect(caller.state).toBe("ESTABLISHED");
    peer.send({ flags: "PA", sequence: 1, payload: 10 });
    expect(caller.read()).toBe(10);
  });

  it("the SYN-ACK is retransmitted while the ACK is missing", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    host.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "S", sequence: 0 });
    peer.expect({ flags: "SA" });
    host.advance(4000);
    const again = peer.takeAll();
    expect(again.length).toBeGreaterThanOrEqual(1);
    for (const segment of again)
      expect(segment).toMatchObject({ flags: "SA", sequence: 0, acknowledgment: 1 });
  });
});

describe("duplicates of the handshake", () => {
  it("an old duplicate SYN is reset by its supposed sender and the listener starts again (RFC 9293 3.5 figure 9)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const old = host.peer({ isn: 90 });
    old.send({ flags: "S" });
    old.expect({ flags: "SA" });
    old.send({ flags: "R", sequence: 1 });
    host.peer({ isn: 100 }).open();
    expect(server.acceptable).toBe(1);
  });

  it("a SYN again while half open is answered again and makes no second connection", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", sequence: 0 });
    const first = peer.expect({ flags: "SA" });
    peer.send({ flags: "S", sequence: 0 });
    const answer = peer.take();
    expect(["SA", "A"]).toContain(answer?.flags);
    if (answer?.flags === "SA") expect(answer.segment.sequence).toBe(first.segment.sequence);
    peer.send({ flags: "A", sequence: 1, acknowledgment: 1 });
    expect(server.listener.pending).toBe(1);
    expect(server.acceptable).toBe(1);
  });

  it("the completing ACK again changes nothing", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const peer = host.peer().open();
    peer.send({ flags: "A" });
    host.expectNothing();
    expect(server.listener.pending).toBe(1);
  });

  it("the SYN-ACK again in ESTABLISHED is acknowledged: the peer missed our ACK", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    peer.answer();
    peer.send({ flags: "SA", sequence: 0 });
    peer.expect({ flags: "A", sequence: 1, acknowledgment: 1, length: 0 });
    expect(caller.state).toBe("ESTABLISHED");
  });
});

describe("half-open discovery (RFC 9293 3.5.1 figure 10)", () => {
  it("an ACK for what was never sent resets the other side and the SYN goes out again", () => {
    const host = new TcpHarness();
    const peer = host.peer({ to: 40000 });
    const caller = host.connect();
    peer.expect({ flags: "S" });
    // The peer still believes in an older connection and answers the SYN with an ACK of its own numbers.
    peer.send({ flags: "A", sequence: 300, acknowledgment: -5000 });
    peer.expect({ flags: "R", sequence: -5000 });
    expect(caller.state).toBe("SYN-SENT");
    host.advance(1000);
    peer.expect({ flags: "S", sequence: 0 });
    peer.send({ flags: "SA", sequence: 0 });
    peer.expect({ flags: "A", sequence: 1 });
    expect(caller.state).toBe("ESTABLISHED");
  });
});

describe("bounds of a listener (T23)", () => {
  it("the accept queue holds `backlog` connections; what is over it is not established behind the peer's back", () => {
    const host = new TcpHarness();
    const server = host.listen({ backlog: 2 });
    const peers = [5001, 5002, 5003, 5004, 5005].map((port) => host.peer({ port }));
    for (const peer of peers) {
      peer.send({ flags: "S" });
      if (peer.take() !== null) peer.send({ flags: "A" });
    }
    expect(server.listener.pending).toBe(2);
    host.outbox.length = 0;
    expect(server.tryAccept()).not.toBeNull();
    expect(server.tryAccept()).not.toBeNull();
    // Room again: a peer that repeats its SYN, or its ACK of a repeated SYN-ACK, gets in.
    const late = peers[3]!;
    host.advance(3000);
    const repeated = late.takeAll().some((segment) => segment.flags === "SA");
    if (!repeated) {
      late.send({ flags: "S", sequence: 0 });
      late.expect({ flags: "SA" });
    }
    late.send({ flags: "A", sequence: 1, acknowledgment: 1 });
    expect(server.listener.pending).toBeGreaterThanOrEqual(1);
    host.outbox.length = 0;
  });

  it("the SYN queue holds so many half-open connections; who was dropped learns it from a reset", () => {
    const host = new TcpHarness({ parameters: { synQueue: 8, synCookies: "never" } });
    const server = host.listen();
    const peers = Array.from({ length: 100 }, (_, i) => host.peer({ port: 5000 + i }));
    for (const peer of peers) peer.send({ flags: "S", mss: 1460 });
    host.outbox.length = 0;
    expect(host.connections()).toHaveLength(0);
    for (const peer of peers) peer.send({ flags: "A", sequence: 1, acknowledgment: 1 });
    expect(server.listener.pending).toBeGreaterThanOrEqual(1);
    expect(server.listener.pending).toBeLessThanOrEqual(8);
    const resets = peers.filter((peer) => peer.take()?.flags === "R");
    expect(resets).toHaveLength(100 - server.listener.pending);
  });

  it("half-open connections of one listener do not crowd out another's", () => {
    const host = new TcpHarness({ parameters: { synQueue: 8 } });
    host.listen({ port: 80 });
    const other = host.listen({ port: 81 });
    const peer = host.peer({ to: 81 });
    peer.send({ flags: "S" });
    peer.expect({ flags: "SA" });
    for (let i = 0; i < 100; i++) host.peer({ port: 6000 + i }).send({ flags: "S" });
    host.outbox.length = 0;
    peer.send({ flags: "A" });
    expect(other.listener.pending).toBe(1);
  });

  it("a flood of SYNs neither grows without bound nor keeps a peer out for ever (acceptance test 20)", () => {
    const host = new TcpHarness();
    const server = host.listen();
    for (let i = 0; i < 10_000; i++) {
      host
        .peer({ port: 1024 + (i % 60_000), address: IpAddress.v4(0x0a010000 + i) })
        .send({ flags: "S", mss: 1460 });
    }
    host.outbox.length = 0;
    // Half-open records give up after their retransmissions (or are evicted); a client that keeps trying gets in.
    const peer = host.peer({ port: 65000 });
    let answered = false;
    for (let attempt = 0; attempt < 8 && !answered; attempt++) {
      peer.send({ flags: "S", sequence: 0 });
      answered = peer.takeAll().some((segment) => segment.flags === "SA");
      if (!answered) host.advance(2 ** attempt * 1000);
      host.outbox.length = 0;
    }
    expect(answered).toBe(true);
    peer.send({ flags: "A", sequence: 1, acknowledgment: 1 });
    expect(server.listener.pending).toBe(1);
  });
});

describe("whom TCP does not talk to", () => {
  it.each([
    ["a SYN to a broadcast address", { cast: "broadcast" as const }],
    ["a SYN to a multicast address", { cast: "multicast" as const }],
    ["a SYN in a broadcast frame", { linkCast: "broadcast" as const }],
  ])("%s is dropped in silence (MUST-57, RFC 1122 4.2.3.10)", (_, info) => {
    const host = new TcpHarness();
    host.listen();
    expect(host.peer().send({ flags: "S" }, info)).not.toBe(Verdict.Handled);
    host.expectNothing();
  });

  it.each(["224.0.0.1", "255.255.255.255"])("a SYN from %s is dropped in silence (MUST-63)", (source) => {
    const host = new TcpHarness();
    host.listen();
    host.peer({ address: IpAddress.parse(source) }).send({ flags: "S" });
    host.expectNothing();
  });

  it.each(["224.0.0.1", "255.255.255.255"])("connect to %s fails at once (MUST-46)", (to) => {
    const host = new TcpHarness();
    expect(() => host.connect({ remote: { address: IpAddress.parse(to), port: 1 } })).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/ENETUNREACH|EADDRNOTAVAIL|EINVAL|EAFNOSUPPORT/),
      }),
    );
    host.expectNothing();
  });

  it("a broken checksum is dropped and counted (MUST-3, acceptance test 12)", () => {
    const host = new TcpHarness();
    host.listen();
    expect(host.peer().send({ flags: "S", checksum: 0x1234 })).toBe(Verdict.BadChecksum);
    host.expectNothing();
    expect(host.tcp.counters.of(Verdict.BadChecksum)).toBe(1);
  });

  it("port 0 is nobody's", () => {
    const host = new TcpHarness();
    host.listen();
    const peer = host.peer({ to: 0 });
    peer.send({ flags: "S" });
    peer.expect({ flags: "RA", sequence: 0, acknowledgment: 1 });
  });
});
