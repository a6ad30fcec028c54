import { IcmpErrorKind, IpProtocol } from "@mnet/core";
import { describe, expect, it } from "vitest";
import type { TcpHarness } from "../support/harness.ts";
import { opened } from "../support/opened.ts";
import type { Received } from "../support/peer.ts";
import { type Scene, scene } from "../support/scene.ts";

/** ICMP errors about segments of ours: RFC 9293 3.9.2.2 (MUST-54 to MUST-56), RFC 5461, RFC 5927. */

/** Reports an error that quotes the header and 8 octets of `octets`; whether TCP takes it for one of a live flow. */
function report(host: TcpHarness, kind: IcmpErrorKind, octets: Uint8Array, mtu = 0): boolean {
  const mine = host.network.deliverError(
    { kind, protocol: IpProtocol.Tcp, quoted: octets.subarray(0, 8), mtu },
    host.now,
  );
  host.flush();
  return mine;
}

/** The first eight octets of a segment of the scene's connection with this sequence number. */
function quote({ harness, peer }: Pick<Scene, "peer" | "harness">, sequence: number): Uint8Array {
  const quoted = harness.network.sent.find(({ octets }) => octets.length >= 20)!.octets.slice(0, 8);
  new DataView(quoted.buffer).setUint32(4, (peer.theirs! + sequence) >>> 0);
  return quoted;
}

const soft: [string, IcmpErrorKind][] = [
  ["network unreachable", IcmpErrorKind.NetworkUnreachable],
  ["host unreachable", IcmpErrorKind.HostUnreachable],
  ["source route failed", IcmpErrorKind.SourceRouteFailed],
  ["time exceeded in transit", IcmpErrorKind.HopLimitExceeded],
  ["time exceeded in reassembly", IcmpErrorKind.ReassemblyTimeExceeded],
  ["parameter problem", IcmpErrorKind.ParameterProblem],
];
const hard: [string, IcmpErrorKind][] = [
  ["protocol unreachable", IcmpErrorKind.ProtocolUnreachable],
  ["port unreachable", IcmpErrorKind.PortUnreachable],
];
const synchronised = ["ESTABLISHED", "FIN-WAIT-1", "CLOSE-WAIT", "CLOSING", "LAST-ACK"];

describe("soft errors (MUST-56)", () => {
  for (const state of ["SYN-SENT", "SYN-RECEIVED from SYN-SENT", ...synchronised]) {
    it.each(soft)(`%s does not end a connection in ${state}`, (_, kind) => {
      const made = scene(state);
      expect(report(made.harness, kind, quote(made, made.unacknowledged))).toBe(true);
      expect(made.application!.outcome).toBeUndefined();
      made.harness.expectNothing();
    });
  }

  it("is what the caller learns when the connection then times out, in ESTABLISHED too", () => {
    const made = scene("ESTABLISHED");
    report(made.harness, IcmpErrorKind.HostUnreachable, quote(made, 101));
    for (let i = 0; i < 3600 && made.application!.outcome === undefined; i++) made.harness.advance(1000);
    expect(made.application!.outcome).toBe("EHOSTUNREACH");
  });
});

describe("hard errors", () => {
  it.each(hard)("%s in SYN-SENT: refused", (_, kind) => {
    const made = scene("SYN-SENT");
    expect(report(made.harness, kind, quote(made, 0))).toBe(true);
    expect(made.application!.outcome).toBe("ECONNREFUSED");
    expect(made.harness.connections()).toHaveLength(0);
  });

  for (const state of synchronised) {
    it.each(hard)(`%s does not end a synchronised connection (RFC 5461 4.1): ${state}`, (_, kind) => {
      const made = scene(state);
      report(made.harness, kind, quote(made, made.unacknowledged));
      expect(made.application!.outcome).toBeUndefined();
    });
  }

  it("prohibited by an administrator in SYN-SENT does not leave the caller without an outcome", () => {
    const made = scene("SYN-SENT");
    report(made.harness, IcmpErrorKind.AdministrativelyProhibited, quote(made, 0));
    made.harness.advance(400_000);
    expect(made.application!.outcome).toBe("EHOSTUNREACH");
  });
});

describe("the quoted sequence number (RFC 5927 4.1)", () => {
  it.each([
    { where: "SND.UNA", sequence: 101, mine: true },
    { where: "the last octet in flight", sequence: 150, mine: true },
    { where: "before SND.UNA", sequence: 100, mine: false },
    { where: "beyond SND.NXT", sequence: 152, mine: false },
    { where: "far away", sequence: 0x4000_0000, mine: false },
  ])("$where: belongs to the flow: $mine", ({ sequence, mine }) => {
    const made = scene("ESTABLISHED");
    expect(report(made.harness, IcmpErrorKind.HostUnreachable, quote(made, sequence))).toBe(mine);
  });

  it("a forged hard error with a guessed number does not refuse a connect", () => {
    const made = scene("SYN-SENT");
    expect(report(made.harness, IcmpErrorKind.PortUnreachable, quote(made, 12_345))).toBe(false);
    expect(made.application!.outcome).toBeUndefined();
  });

  it("an unknown pair of endpoints is nobody's", () => {
    const made = scene("ESTABLISHED");
    const quoted = quote(made, 101);
    new DataView(quoted.buffer).setUint16(2, 9999);
    expect(report(made.harness, IcmpErrorKind.HostUnreachable, quoted)).toBe(false);
  });

  it("nothing in flight: no segment can have met an error", () => {
    const made = scene("FIN-WAIT-2");
    expect(report(made.harness, IcmpErrorKind.HostUnreachable, quote(made, 102))).toBe(false);
  });
});

describe("packet too big", () => {
  it("is told apart: a live flow's lets IP lower the path MTU, a forged one does not (RFC 5927 7)", () => {
    const made = scene("ESTABLISHED");
    expect(report(made.harness, IcmpErrorKind.PacketTooBig, quote(made, 101), 1280)).toBe(true);
    expect(report(made.harness, IcmpErrorKind.PacketTooBig, quote(made, 5000), 1280)).toBe(false);
    expect(made.application!.outcome).toBeUndefined();
  });

  it("a smaller path MTU makes smaller segments, also of what is in flight; the transfer completes (acceptance test 6)", () => {
    const { host, peer, application } = opened({ mss: 1460 });
    application.write(20_000);
    const first = peer.takeAll();
    expect(first[0]!.length).toBe(1460);
    peer.received = 1;
    expect(report(host, IcmpErrorKind.PacketTooBig, first[0]!.segment.datagram.octets, 1000)).toBe(true);
    host.network.setMtu(1000);
    host.flush();
    const sizes: number[] = [];
    for (let turn = 0; turn < 200 && peer.received < 20_001; turn++) {
      host.advance(100);
      const sent: Received[] = peer.takeAll();
      sizes.push(...sent.map(({ length }) => length));
      if (sent.length > 0) peer.send({ flags: "A" });
    }
    expect(peer.received).toBe(20_001);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(960);
  });
});
