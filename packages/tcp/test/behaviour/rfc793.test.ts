import { IcmpErrorKind, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";
import { opened } from "../support/opened.ts";

/** What is stricter than RFC 793 by default (RFC 5961, Linux), and the parameters that ask for its ways. */

describe("acceptResetInWindow", () => {
  it.each([
    [false, undefined],
    [true, "ECONNRESET"],
  ])("%s: a reset in the window, not at RCV.NXT", (acceptResetInWindow, outcome) => {
    const { peer, application } = opened({ parameters: { acceptResetInWindow } });
    peer.send({ flags: "R", sequence: 100 });
    expect(application.outcome).toBe(outcome);
    expect(peer.take()?.flags).toBe(outcome === undefined ? "A" : undefined);
  });

  it.each([
    [false, 1],
    [true, 0],
  ])("%s: to a half-open connection", (acceptResetInWindow, halfOpen) => {
    const host = new TcpHarness({ parameters: { acceptResetInWindow } });
    host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1000 });
    peer.send({ flags: "R", sequence: 100 });
    expect(host.tcp.statistics()["halfOpen"]).toBe(halfOpen);
    host.outbox.length = 0;
  });
});

describe("acceptSynInWindow", () => {
  it.each([
    [false, undefined, "A"],
    [true, "ECONNRESET", "RA"],
  ])("%s: a SYN in the window", (acceptSynInWindow, outcome, flags) => {
    const { peer, application } = opened({ parameters: { acceptSynInWindow } });
    peer.send({ flags: "S", sequence: 1 });
    expect(application.outcome).toBe(outcome);
    peer.expect({ flags, sequence: 1, acknowledgment: 1 });
  });

  it("also in LAST-ACK", () => {
    const { peer, application } = opened({ parameters: { acceptSynInWindow: true } });
    peer.send({ flags: "FA" });
    application.shutdownWrite();
    peer.takeAll();
    peer.send({ flags: "S", sequence: 2 });
    peer.expect({ flags: "RA", sequence: 2, acknowledgment: 2 });
    expect(application.outcome).toBe("ECONNRESET");
  });
});

describe("acceptSynFin", () => {
  it.each([
    [false, Verdict.BadFlags],
    [true, Verdict.Handled],
  ])("%s: SYN and FIN to a listener", (acceptSynFin, verdict) => {
    const host = new TcpHarness({ parameters: { acceptSynFin } });
    host.listen();
    const peer = host.peer();
    expect(peer.send({ flags: "SF", mss: 1000 })).toBe(verdict);
    expect(peer.take()?.flags).toBe(acceptSynFin ? "SA" : undefined);
  });
});

describe("a filter on the way says no (ICMP administratively prohibited)", () => {
  it("ends connecting at once with EHOSTUNREACH; a live connection only remembers it", () => {
    const host = new TcpHarness();
    const caller = host.connect();
    const prohibited = (): void => {
      const quoted = host.outbox.at(-1)!.datagram.octets;
      host.network.deliverError(
        { kind: IcmpErrorKind.AdministrativelyProhibited, protocol: 6, quoted },
        host.now,
      );
    };
    prohibited();
    expect(caller.outcome).toBe("EHOSTUNREACH");
    const live = opened();
    live.application.write(10);
    live.host.network.deliverError(
      {
        kind: IcmpErrorKind.AdministrativelyProhibited,
        protocol: 6,
        quoted: live.host.outbox.at(-1)!.datagram.octets,
      },
      live.host.now,
    );
    expect(live.application.outcome).toBeUndefined();
    expect(live.application.connection.info(live.host.now).softError).toBe("EHOSTUNREACH");
  });
});
