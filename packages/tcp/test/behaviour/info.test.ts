import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { TcpStatistics } from "../../src/statistics.ts";
import { TcpHarness } from "../support/harness.ts";
import { opened } from "../support/opened.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** What a connection and a layer tell about themselves. */
describe("info", () => {
  it("says what was agreed on", () => {
    const { host, application } = opened({ timestamp: 1, sackPermitted: true, windowScale: 3 });
    expect(application.connection.info(host.now)).toMatchObject({
      state: "ESTABLISHED",
      recoveryState: "open",
      timestamps: true,
      selectiveAcknowledgments: true,
      explicitCongestionNotification: false,
      sendScale: 3,
      receiveScale: 7,
      sendSegment: 988,
      announcedSegment: 1460,
    });
  });

  it("says what is under way", () => {
    const { host, peer, application } = opened({ sackPermitted: true });
    application.write(5000);
    peer.takeAll();
    for (const end of [2001, 3001, 4001]) peer.send({ flags: "A", acknowledgment: 1, sack: [[1001, end]] });
    expect(application.connection.info(host.now)).toMatchObject({
      recoveryState: "recovery",
      recovering: true,
      inFlight: 5000,
      selectivelyAcknowledged: 3000,
      octetsDelivered: 3000,
      octetsRetransmitted: 1000,
      octetsSent: 5000,
    });
  });

  it("says for how long it had work, and what it waited for", () => {
    const { host, peer, application } = opened({ window: 1000, connection: { sendBuffer: 4000 } });
    const info = () => {
      const { busy, windowLimited, bufferLimited } = application.connection.info(host.now);
      return { busy, windowLimited, bufferLimited };
    };
    host.advance(1000);
    expect(info()).toEqual({ busy: 0, windowLimited: 0, bufferLimited: 0 });
    application.write(1000);
    host.advance(10);
    expect(info()).toEqual({ busy: 10, windowLimited: 0, bufferLimited: 0 });
    application.write(3000);
    host.advance(20);
    expect(info()).toEqual({ busy: 30, windowLimited: 20, bufferLimited: 0 });
    peer.send({ flags: "A", acknowledgment: 1001, window: 8000 });
    application.write(2000);
    host.advance(30);
    expect(info()).toEqual({ busy: 60, windowLimited: 20, bufferLimited: 30 });
    peer.send({ flags: "A", acknowledgment: 5001, window: 8000 });
    host.advance(5000);
    expect(info()).toEqual({ busy: 60, windowLimited: 20, bufferLimited: 30 });
  });

  it("says how long ago text was sent and received, which acknowledgments are not, and those", () => {
    const { host, peer, application } = opened();
    application.write(10);
    peer.takeAll();
    host.advance(50);
    peer.send({ flags: "A", payload: 5000 });
    peer.expect({ flags: "A", length: 0 });
    host.advance(7);
    const info = () => application.connection.info(host.now);
    expect(info()).toMatchObject({ sinceSent: 57, sinceReceived: 7, sinceAcknowledged: 7 });
    peer.send({ flags: "A", acknowledgment: 6 });
    // A segment that is not in the window acknowledges nothing.
    host.advance(3);
    peer.send({ flags: "A", sequence: 500_000 });
    expect(info()).toMatchObject({ sinceSent: 60, sinceReceived: 10, sinceAcknowledged: 3 });
  });

  it("counts segments both ways, those with text, and those that went again", () => {
    const { host, peer, application } = opened();
    const info = () => application.connection.info(host.now);
    // The acknowledgment that completed the handshake.
    expect(info()).toMatchObject({ segmentsSent: 0, segmentsReceived: 1, textSegmentsReceived: 0 });
    application.write(2500);
    peer.takeAll();
    peer.send({ flags: "PA", acknowledgment: 1001, payload: 100 });
    expect(info()).toMatchObject({ segmentsSent: 4, textSegmentsSent: 3, segmentsRetransmitted: 0 });
    expect(info()).toMatchObject({ segmentsReceived: 2, textSegmentsReceived: 1 });
    peer.takeAll();
    host.advance(400);
    const again = peer.takeAll().length;
    expect(again).toBeGreaterThan(0);
    expect(info()).toMatchObject({ segmentsSent: 4 + again, segmentsRetransmitted: again });
  });

  it("counts a large segment as those it stands for", () => {
    const segmentation = { tcp4: true, tcp6: false, udp: false, maxOctets: 60_000 };
    const { host, peer, application } = opened({ capabilities: { segmentation } });
    application.write(2300);
    peer.expect({ length: 2300 });
    expect(application.connection.info(host.now)).toMatchObject({ segmentsSent: 3, textSegmentsSent: 3 });
  });

  it("says how fast it paces, in octets per second", () => {
    const paced = opened({ connection: { pacing: true } });
    // Twice the window of ten segments in a round trip of 100 ms: slow start.
    expect(paced.application.connection.info(paced.host.now).pacingRate).toBe(200_000);
    const { host, application } = opened();
    expect(application.connection.info(host.now).pacingRate).toBe(Number.POSITIVE_INFINITY);
  });

  it("is described in the README, member by member", () => {
    const { host, application } = opened();
    const missing = Object.keys(application.connection.info(host.now)).filter(
      (name) => !readme.includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });
});

describe("statistics", () => {
  it("have the MIBs' names too, and all are described in the README", () => {
    const host = new TcpHarness();
    host.listen();
    host.peer().open();
    const mib = host.tcp.mib();
    expect(mib).toMatchObject({
      tcpRtoAlgorithm: 5,
      tcpRtoMin: 200,
      tcpMaxConn: -1,
      tcpPassiveOpens: 1,
      tcpActiveOpens: 0,
      tcpCurrEstab: 1,
      tcpInSegs: 2,
      tcpOutSegs: 1,
      TcpExtSyncookiesSent: 0,
    });
    const names = [...Object.keys(mib), ...Object.keys(new TcpStatistics())];
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it("a SYN-ACK that goes again is a retransmission only (RFC 4022)", () => {
    const host = new TcpHarness();
    host.listen();
    const peer = host.peer();
    peer.send({ flags: "S", mss: 1000 });
    host.advance(1000);
    expect(host.tcp.mib()).toMatchObject({ tcpOutSegs: 1, tcpRetransSegs: 1 });
    peer.send({ flags: "S", sequence: 0, mss: 1000 });
    expect(peer.takeAll()).toHaveLength(3);
    expect(host.tcp.mib()).toMatchObject({ tcpOutSegs: 1, tcpRetransSegs: 2 });
  });

  it.each(["ESTABLISHED", "CLOSE-WAIT"])("a close with unread data in %s is a reset of it", (state) => {
    const { host, peer, application } = opened();
    peer.send({ flags: state === "CLOSE-WAIT" ? "FA" : "A", payload: 10 });
    expect(application.state).toBe(state);
    application.close();
    expect(application.outcome).toBe(null);
    expect(host.tcp.mib()).toMatchObject({ tcpEstabResets: 1, TcpExtTCPAbortOnData: 1, tcpCurrEstab: 0 });
  });
});
