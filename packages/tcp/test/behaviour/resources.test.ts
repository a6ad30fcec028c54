import { describe, expect, it } from "vitest";
import { PEER, TcpHarness } from "../support/harness.ts";

/** Nothing is left behind, however connections end; every table is bounded (conformance 3). */

const CYCLES = 300;

/** What must be true of a layer that has nothing to do. */
function expectEmpty(host: TcpHarness): void {
  host.outbox.length = 0;
  expect(host.connections()).toHaveLength(0);
  expect(host.tcp.timeWaitCount).toBe(0);
  expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  host.advance(3_600_000);
  host.expectNothing();
  const { currentlyEstablished, ringOctets, timers } = host.tcp.statistics();
  expect({ currentlyEstablished, ringOctets, timers }).toEqual({
    currentlyEstablished: 0,
    ringOctets: 0,
    timers: 0,
  });
}

function port(cycle: number): number {
  return 2000 + cycle;
}

describe(`after ${CYCLES} connections`, () => {
  it("closed by us, then by the peer: only TIME-WAIT for a minute", () => {
    const host = new TcpHarness();
    const server = host.listen();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const peer = host.peer({ port: port(cycle) }).open();
      const application = server.accept();
      peer.send({ flags: "PA", payload: 100 });
      application.read();
      application.write(100);
      application.close();
      peer.takeAll();
      peer.send({ flags: "FA" });
      expect(application.outcome).toBeNull();
    }
    expect(host.connections()).toHaveLength(0);
    expect(host.tcp.timeWaitCount).toBe(CYCLES);
    host.advance(61_000);
    expectEmpty(host);
  });

  it("closed by the peer, then by us: nothing", () => {
    const host = new TcpHarness();
    const server = host.listen();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const peer = host.peer({ port: port(cycle) }).open();
      const application = server.accept();
      peer.send({ flags: "FPA", payload: 100 });
      application.read();
      application.close();
      peer.takeAll();
      peer.send({ flags: "A" });
      expect(application.outcome).toBeNull();
    }
    expectEmpty(host);
  });

  it("aborted by us", () => {
    const host = new TcpHarness();
    const server = host.listen();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const peer = host.peer({ port: port(cycle) }).open();
      const application = server.accept();
      peer.send({ flags: "PA", payload: 100 });
      application.write(100_000);
      application.abort();
    }
    expectEmpty(host);
  });

  it("reset by the peer, with data either way still there", () => {
    const host = new TcpHarness();
    const server = host.listen();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const peer = host.peer({ port: port(cycle) }).open();
      const application = server.accept();
      peer.send({ flags: "PA", payload: 100 });
      application.write(100_000);
      peer.send({ flags: "R" });
      expect(application.outcome).toBe("ECONNRESET");
      expect(application.read()).toBe(100);
    }
    expectEmpty(host);
  });

  it("refused, on the same local port every time", () => {
    const host = new TcpHarness();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const caller = host.connect({ local: { port: 40000 } });
      const peer = host.peer({ to: 40000 });
      peer.theirs = host.outbox.at(-1)!.sequence;
      host.outbox.length = 0;
      peer.send({ flags: "RA", sequence: 0, acknowledgment: 1 });
      expect(caller.outcome).toBe("ECONNREFUSED");
    }
    expectEmpty(host);
  });

  it("given up in SYN-SENT by the caller", () => {
    const host = new TcpHarness();
    for (let cycle = 0; cycle < CYCLES; cycle++) host.connect({ local: { port: 40000 } }).abort();
    expectEmpty(host);
  });

  it("reset or silent while half open", () => {
    const host = new TcpHarness();
    host.listen();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const peer = host.peer({ port: port(cycle) });
      peer.send({ flags: "S" });
      if (cycle % 2 === 0) peer.send({ flags: "R" });
    }
    host.advance(300_000);
    expectEmpty(host);
  });

  it("reset before they were accepted", () => {
    const host = new TcpHarness();
    const server = host.listen();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      host
        .peer({ port: port(cycle) })
        .open()
        .send({ flags: "R" });
      for (let waiting = server.tryAccept(); waiting !== null; waiting = server.tryAccept()) {
        expect(waiting.connection.error).toBe("ECONNRESET");
      }
    }
    expectEmpty(host);
  });

  it("listeners opened and closed on one port", () => {
    const host = new TcpHarness();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const server = host.listen();
      host.peer({ port: port(cycle) }).open();
      server.close();
    }
    expectEmpty(host);
  });

  it("left alone after our close: FIN-WAIT-2 and LAST-ACK end by themselves", () => {
    const host = new TcpHarness();
    const server = host.listen();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const peer = host.peer({ port: port(cycle) }).open();
      const application = server.accept();
      if (cycle % 2 === 0) peer.send({ flags: "FA" });
      application.close();
      if (cycle % 2 === 1) peer.send({ flags: "A", acknowledgment: 2 });
    }
    host.advance(3_600_000);
    expectEmpty(host);
  });
});

describe("local ports (RFC 6056)", () => {
  it("are different, unpredictable and not privileged", () => {
    const host = new TcpHarness();
    const ports: number[] = [];
    for (let i = 0; i < 200; i++) {
      host.connect({ remote: { address: PEER, port: 5000 + i }, local: {} });
      ports.push(host.outbox.at(-1)!.sourcePort);
      host.outbox.length = 0;
    }
    expect(ports.every((candidate) => candidate >= 1024)).toBe(true);
    const steps = ports.slice(1).map((candidate, i) => candidate - ports[i]!);
    expect(steps.filter((step) => step === 1).length).toBeLessThan(20);
    expect(new Set(ports).size).toBeGreaterThan(150);
  });

  it("to one destination are never used twice at once, nor against TIME-WAIT", () => {
    const host = new TcpHarness({ parameters: { ephemeralPorts: { first: 50_000, last: 50_009 } } });
    const ports = new Set<number>();
    for (let i = 0; i < 10; i++) {
      host.connect({ local: {} });
      ports.add(host.outbox.at(-1)!.sourcePort);
      host.outbox.length = 0;
    }
    expect(ports.size).toBe(10);
    expect(() => host.connect({ local: {} })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/EADDRINUSE|EADDRNOTAVAIL/) }),
    );
    // The same ports serve another destination.
    host.connect({ local: {}, remote: { address: PEER, port: 5001 } });
    expect(host.outbox).toHaveLength(1);
  });

  it("a listener's port is not chosen", () => {
    const host = new TcpHarness({ parameters: { ephemeralPorts: { first: 50_000, last: 50_001 } } });
    host.listen({ port: 50_000 });
    for (let i = 0; i < 5; i++) {
      const caller = host.connect({ local: {} });
      expect(caller.connection.local.port).toBe(50_001);
      caller.abort();
    }
  });
});

describe("many connections", () => {
  it("two thousand at once are told apart", () => {
    const host = new TcpHarness();
    const server = host.listen({ backlog: 4000 });
    const peers = Array.from({ length: 2000 }, (_, i) => host.peer({ port: port(i), isn: i * 977 }));
    for (const peer of peers) {
      peer.send({ flags: "S", mss: 1000 });
      peer.theirs = host.outbox.at(-1)!.sequence;
      host.outbox.length = 0;
      peer.send({ flags: "A", sequence: 1, acknowledgment: 1 });
    }
    const applications = new Map(
      peers.map(() => {
        const application = server.accept();
        return [application.connection.remote.port, application];
      }),
    );
    expect(applications.size).toBe(2000);
    for (const [i, peer] of peers.entries()) peer.send({ flags: "PA", payload: 1 + (i % 50) });
    for (const [i, peer] of peers.entries()) expect(applications.get(peer.port)!.read()).toBe(1 + (i % 50));
    host.outbox.length = 0;
  });

  it("all get a share when all have much to send", () => {
    const host = new TcpHarness();
    const server = host.listen();
    const flows = Array.from({ length: 20 }, (_, i) => {
      const peer = host.peer({ port: port(i) }).open({ mss: 1000 });
      return { peer, application: server.accept() };
    });
    for (const { application } of flows) application.writeInTurn(30_000);
    host.flush();
    for (const { peer } of flows) expect(peer.takeAll().length).toBeGreaterThan(0);
  });
});
