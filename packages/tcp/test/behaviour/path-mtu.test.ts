import { IcmpErrorKind, IpProtocol } from "@mnet/core";
import type { ConnectionOptions, TcpInfo, TcpParameters } from "@mnet/tcp";
import { describe, expect, it } from "vitest";
import type { Application } from "../support/application.ts";
import { type Opened, opened } from "../support/opened.ts";
import { Pair } from "../support/pair.ts";
import type { Received } from "../support/peer.ts";

/** The path's MTU: what routers say (RFC 1191, RFC 8201, RFC 5927), and the search where they say nothing (RFC 4821, RFC 8899). */

const lengths = (segments: readonly Received[]): number[] => segments.map(({ length }) => length);

/** Ten full segments of an MTU of 1500 are in flight. */
function sending(options: { parameters?: Partial<TcpParameters>; sackPermitted?: boolean } = {}): Opened {
  const flow = opened({ mss: 1460, windowScale: 7, connection: { congestion: "newreno" }, ...options });
  flow.peer.window = 8000;
  flow.peer.send({ flags: "A" });
  flow.application.write(200_000);
  expect(lengths(flow.peer.takeAll())).toEqual(Array(10).fill(1460));
  return flow;
}

const infoOf = ({ host, application }: Opened): TcpInfo => application.connection.info(host.now);

describe("a router says that a segment is too large", () => {
  /** A message about the segment that starts at `sequence`; the IP layer believes it when TCP does. */
  function tooBig({ host, peer, application }: Opened, sequence: number, mtu: number): boolean {
    const quoted = new Uint8Array(8);
    const view = new DataView(quoted.buffer);
    view.setUint16(0, application.connection.local.port);
    view.setUint16(2, peer.port);
    view.setUint32(4, (peer.theirs! + sequence) >>> 0);
    const error = { kind: IcmpErrorKind.PacketTooBig, protocol: IpProtocol.Tcp, quoted, mtu };
    const believed = host.network.deliverError(error, host.now);
    if (believed) host.network.setMtu(mtu);
    host.flush();
    return believed;
  }

  it("what is in flight goes again at once, cut anew, as many segments as before, and slow start goes on", () => {
    const flow = sending();
    expect(tooBig(flow, 1, 1000)).toBe(true);
    // Ten segments of 960 octets, the first with the octets that were lost.
    const again = flow.peer.takeAll();
    expect(lengths(again)).toEqual(Array(10).fill(960));
    expect(again[0]!.sequence).toBe(1);
    expect(infoOf(flow)).toMatchObject({
      congestionWindow: 9600,
      slowStartThreshold: Number.POSITIVE_INFINITY,
    });
    expect(flow.host.tcp.statistics()["timeouts"]).toBe(0);
  });

  it("the stream goes on behind it in segments of the new size", () => {
    const flow = sending();
    tooBig(flow, 1, 1000);
    const { peer } = flow;
    peer.takeAll();
    for (let acknowledged = 961; acknowledged < 30_000; acknowledged += 960) {
      peer.send({ flags: "A", acknowledgment: acknowledged });
      for (const { length } of peer.takeAll()) expect(length).toBeLessThanOrEqual(960);
    }
    expect(peer.received).toBeGreaterThan(30_000);
  });

  it.each([
    ["about what is acknowledged", -1000, 1000],
    ["about what was never sent", 100_000, 1000],
    ["with an MTU that the segment fitted in", 1, 1500],
    ["with a larger one", 1, 9000],
  ])("%s: not believed (RFC 5927 7.2)", (_, sequence, mtu) => {
    const flow = sending();
    expect(tooBig(flow, sequence, mtu)).toBe(false);
    flow.host.expectNothing();
    expect(infoOf(flow).sendSegment).toBe(1460);
  });

  it("a path that became wider is used at once", () => {
    const flow = sending();
    tooBig(flow, 1, 1000);
    flow.peer.takeAll();
    flow.host.network.setMtu(1500);
    flow.peer.send({ flags: "A" });
    expect(lengths(flow.peer.takeAll())).toContain(1460);
  });
});

describe("nobody says anything: three timeouts of full segments in a row (R1)", () => {
  /** The third expiry of the timer; what it sends. */
  function suspected(flow: Opened): Received[] {
    const { host, peer } = flow;
    for (let expiries = 1; expiries <= 2; expiries++) {
      host.advance(infoOf(flow).retransmissionTimeout);
      expect(lengths(peer.takeAll())).toEqual([1460]);
    }
    host.advance(infoOf(flow).retransmissionTimeout);
    return peer.takeAll();
  }

  /** The peer acknowledges all but `lag` octets until a probe leaves; what was sent up to there. */
  function probed({ host, peer }: Opened, lag = 0): { probe: Received; sent: Received[] } {
    const sent: Received[] = [];
    for (let i = 0; i < 40 && !sent.some(({ length }) => length > 1024); i++) {
      host.advance(10);
      peer.send({ flags: "A", acknowledgment: peer.received - lag });
      sent.push(...peer.takeAll());
    }
    return { probe: sent.find(({ length }) => length > 1024)!, sent };
  }

  it("the next one has 1024 octets", () => {
    const flow = sending();
    expect(lengths(suspected(flow))).toEqual([1024]);
    expect(flow.host.tcp.statistics()["blackHoles"]).toBe(1);
  });

  it("when that goes unanswered too, halves: 512 octets, and no less", () => {
    const flow = sending();
    suspected(flow);
    for (const expected of [512, 512]) {
      flow.host.advance(infoOf(flow).retransmissionTimeout);
      expect(lengths(flow.peer.takeAll())).toEqual([expected]);
    }
  });

  it("not with `pathMtuProbing: false`", () => {
    expect(lengths(suspected(sending({ parameters: { pathMtuProbing: false } })))).toEqual([1460]);
  });

  it("not for segments that are small anyway", () => {
    const { host, peer, application } = opened({ mss: 1460, connection: { congestion: "newreno" } });
    application.write(500);
    host.advance(10_000);
    expect(new Set(lengths(peer.takeAll()))).toEqual(new Set([500]));
    expect(host.tcp.statistics()["blackHoles"]).toBe(0);
  });

  it("answered, a probe of real data follows as soon as the window has room for it and what comes after it", () => {
    const flow = sending();
    suspected(flow);
    const { peer } = flow;
    const { probe, sent } = probed(flow);
    // Half way between 1064 and 1500, headers included; sent once, beyond what IP would otherwise refuse.
    expect(probe).toMatchObject({ length: 1282 - 40, dontFragment: "probe", segmentSize: 0 });
    expect(sent.filter(({ length }) => length > 1024)).toHaveLength(1);
    peer.send({ flags: "A" });
    expect(Math.max(...lengths(peer.takeAll()))).toBeGreaterThanOrEqual(1242);
    expect(infoOf(flow).sendSegment).toBe(1242);
  });

  it("a probe whose octets went again because the window closed has not passed", () => {
    const flow = sending();
    suspected(flow);
    const { host, peer } = flow;
    const { probe } = probed(flow);
    peer.send({ flags: "A", acknowledgment: probe.sequence, window: 0 });
    host.advance(2000);
    peer.takeAll();
    peer.send({ flags: "A", acknowledgment: probe.sequence });
    const again = peer.takeAll();
    expect(again[0]).toMatchObject({ sequence: probe.sequence, length: 1024 });
    peer.send({ flags: "A", acknowledgment: probe.sequence + 3 * 1024 });
    expect(infoOf(flow).sendSegment).toBe(1024);
  });

  it.each([
    ["before it", 1024, 0],
    ["behind it", 0, 1024],
  ])("a probe lost together with the segment %s has not passed, and is congestion", (_, before, after) => {
    const flow = sending({ sackPermitted: true, parameters: { tailLossProbe: false } });
    suspected(flow);
    const { host, peer } = flow;
    const { probe } = probed(flow, before);
    const first = probe.sequence - before;
    const behind = probe.sequence + 1242 + after;
    const reductions = host.tcp.statistics()["fastRetransmissions"]!;
    host.advance(50);
    peer.send({ flags: "A", acknowledgment: first, sack: [[behind, behind + 3 * 1024]] });
    const again = peer.takeAll();
    // Whatever is lost goes again, and all of it arrives.
    for (let right = behind + 4 * 1024; right <= behind + 12 * 1024; right += 1024) {
      peer.send({ flags: "A", acknowledgment: first, sack: [[behind, right]] });
      again.push(...peer.takeAll());
    }
    const repeated = again.filter(({ sequence }) => sequence < behind);
    expect(repeated.map(({ sequence }) => sequence)).toContain(probe.sequence);
    expect(repeated[0]).toMatchObject({ sequence: first, length: 1024 });
    peer.send({ flags: "A" });
    expect(host.tcp.statistics()["fastRetransmissions"]).toBe(reductions + 1);
    expect(infoOf(flow).sendSegment).toBe(1024);
  });
});

describe("a black hole", () => {
  interface Outcome {
    readonly info: TcpInfo;
    readonly statistics: Record<string, number>;
    readonly sizes: number[];
    readonly received: number;
    readonly client: Application;
  }

  /** One megabyte from the client to the server over a path that swallows datagrams of more than `carries` octets. */
  function transfer(carries: number, connection: ConnectionOptions = {}, limit = 120_000): Outcome {
    const octets = 1_000_000;
    const sizes: number[] = [];
    const pair = new Pair({
      latency: 10,
      filter: (segment, from) => {
        if (from === pair.client) sizes.push(segment.length + 20);
        return segment.length + 20 <= carries;
      },
    });
    let received = 0;
    const client = pair.open({ sendBuffer: 200_000, ...connection }, (server) => {
      const read = (): void => {
        received += server.read();
        pair.timeline.after(5, read);
      };
      read();
    });
    const write = (): void => {
      const { state } = client.connection.info(pair.timeline.now());
      if (state === "ESTABLISHED" && client.written < octets) {
        client.write(Math.min(40_000, octets - client.written, client.connection.writableOctets));
      }
      pair.timeline.after(5, write);
    };
    write();
    pair.runUntil(() => received === octets || client.outcome !== undefined, limit);
    const info = client.connection.info(pair.timeline.now());
    return { info, statistics: pair.client.tcp.statistics(), sizes, received, client };
  }

  it.each([1100, 1280, 1400, 1492])(
    "of a path that carries %i: found to 8 octets, the stream is whole",
    (carries) => {
      const { info, sizes, received } = transfer(carries);
      expect(received).toBe(1_000_000);
      const found = info.sendSegment + 52;
      expect(found).toBeLessThanOrEqual(carries);
      expect(found).toBeGreaterThan(carries - 8);
      // In the end nothing is lost any more.
      expect(Math.max(...sizes.slice(-200))).toBe(found);
    },
  );

  it("narrower than the base size", () => {
    const { info, received } = transfer(600);
    expect(received).toBe(1_000_000);
    expect(info.sendSegment + 52).toBeLessThanOrEqual(600);
  });

  it("probes that are lost reduce nothing", () => {
    const { statistics, info } = transfer(1280, { congestion: "newreno" });
    expect(statistics["pathMtuProbes"]).toBeGreaterThan(5);
    // One reduction, of the timeouts that began it.
    expect(statistics["timeouts"]).toBe(3);
    expect(statistics["fastRetransmissions"]).toBe(0);
    expect(info.congestionWindow).toBeGreaterThan(20_000);
  });

  it("none on a path that carries everything: no probe is sent", () => {
    const { statistics, info } = transfer(1500);
    expect(statistics).toMatchObject({ pathMtuProbes: 0, blackHoles: 0 });
    expect(info.sendSegment).toBe(1448);
  });
});
