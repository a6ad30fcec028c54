import type { CongestionController } from "@mnet/tcp";
import { describe, expect, it } from "vitest";
import { type Opened, opened } from "../support/opened.ts";

/** Pacing, `pacing: true`: a window is spread over the round trip. The round trip is 100 ms, segments have 1000 octets. */

const MSS = 1000;

/** Times, relative to the beginning, at which segments of text leave within `duration`. */
function departures({ host, peer }: Opened, duration: number): number[] {
  const begun = host.now;
  host.advance(duration);
  return peer.takeAll().map(({ at }) => at - begun);
}

function sending(pacing: boolean, congestion: "newreno" | "cubic" = "newreno"): Opened {
  const flow = opened({ windowScale: 7, connection: { pacing, congestion } });
  flow.peer.window = 8000;
  flow.peer.send({ flags: "A" });
  flow.application.write(200_000);
  return flow;
}

describe("in slow start", () => {
  it("a window leaves in half a round trip: 200 % of window / SRTT, two segments at once to begin with", () => {
    const times = departures(sending(true), 100);
    expect(times).toHaveLength(10);
    expect(times.slice(0, 2)).toEqual([0, 0]);
    for (let i = 2; i < 10; i++) expect(times[i]! - times[i - 1]!).toBeCloseTo(5, 6);
  });

  it("without pacing it leaves at once", () => {
    expect(departures(sending(false), 100)).toEqual(Array(10).fill(0));
  });
});

/** A controller that never changes its mind. */
function fixed(window: number, rate: Partial<CongestionController> = {}): () => CongestionController {
  const nothing = (): void => {};
  return () => ({
    name: "fixed",
    window,
    threshold: window,
    start: nothing,
    segmentChanged: nothing,
    delivered: nothing,
    congested: nothing,
    recovered: nothing,
    timedOut: nothing,
    undo: nothing,
    restarted: nothing,
    ...rate,
  });
}

/** Segments that leave within `duration` of a connection with a fixed window. */
function fixedDepartures(congestion: () => CongestionController, duration: number): number[] {
  const flow = opened({ windowScale: 7, connection: { pacing: true, congestion } });
  flow.application.write(60_000);
  return departures(flow, duration);
}

describe("in congestion avoidance", () => {
  it("120 % of window / SRTT", () => {
    const times = fixedDepartures(fixed(20 * MSS), 100);
    expect(times).toHaveLength(20);
    for (let i = 2; i < 20; i++) expect(times[i]! - times[i - 1]!).toBeCloseTo(100 / (1.2 * 20), 6);
  });
});

describe("a late timer", () => {
  it("makes up for a burst, not for all that it missed", () => {
    const flow = sending(true);
    const { host, peer } = flow;
    expect(peer.takeAll()).toHaveLength(2);
    // The process slept 30 ms: at 0.2 segments per millisecond six more were due.
    host.now += 30;
    host.tcp.onDeadline(host.now);
    host.flush();
    expect(peer.takeAll()).toHaveLength(2);
  });
});

describe("acknowledgments and a FIN", () => {
  it("do not wait", () => {
    const { host, peer } = sending(true);
    peer.takeAll();
    peer.send({ flags: "A", payload: 2000 });
    expect(peer.take()).toMatchObject({ length: 0, at: host.now });
  });
});

describe("a controller's own rate", () => {
  it("takes the place of the factors", () => {
    // 50 octets per millisecond: a segment every 20.
    const times = fixedDepartures(fixed(100 * MSS, { pacingRate: () => 50 }), 100);
    expect(times.map(Math.round)).toEqual([0, 0, 20, 40, 60, 80, 100]);
  });
});
