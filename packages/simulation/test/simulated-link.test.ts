import { describe, expect, it } from "vitest";
import { type SimulatedLinkOptions, simulatedLink, Timeline } from "../src/index.ts";
import { frame, Recorder } from "./support.ts";

function link(conditions: SimulatedLinkOptions = {}, seed = 1) {
  const timeline = new Timeline({ seed });
  const [a, b] = simulatedLink(timeline, conditions);
  return { timeline, a, b, atA: new Recorder(timeline, a), atB: new Recorder(timeline, b) };
}

/** Sends `count` frames that carry their number, one each `interval` milliseconds, and lets all arrive. */
function traffic(conditions: SimulatedLinkOptions, count: number, interval: number, seed = 1) {
  const ends = link(conditions, seed);
  for (let i = 0; i < count; i++) {
    ends.timeline.at(i * interval, () => ends.a.send(frame(i >> 8, i & 0xff)));
  }
  ends.timeline.advance(count * interval + 60_000);
  const arrived = ends.atB.frames.map(([time, [high, low]]) => ({ number: high! * 256 + low!, time }));
  return { ...ends, arrived, statistics: ends.a.statistics };
}

const ascending = (numbers: readonly number[]): boolean =>
  numbers.every((number, i) => i === 0 || number > numbers[i - 1]!);

describe("a perfect link", () => {
  it("delivers at the same time, but never inside send", () => {
    const { timeline, a, atB } = link();
    a.send(frame(1));
    expect(atB.log).toEqual([]);
    timeline.advance(0);
    expect(atB.log).toEqual([
      [0, [1]],
      [0, "batch end"],
    ]);
  });

  it("copies: the sender's buffer is its own again when send returns", () => {
    const { timeline, a, atB } = link({ latency: 5 });
    const packet = frame(1, 2);
    a.send(packet);
    packet.bytes.fill(9);
    timeline.advance(5);
    expect(atB.frames).toEqual([[5, [1, 2]]]);
  });
});

describe("latency", () => {
  it("delays every frame of both directions", () => {
    const { timeline, a, b, atA, atB } = link({ latency: 20 });
    a.send(frame(1));
    b.send(frame(9));
    a.send(frame(2));
    timeline.at(1, () => a.send(frame(3)));
    timeline.advance(100);
    expect(atB.log).toEqual([
      [20, [1]],
      [20, "batch end"],
      [20, [2]],
      [20, "batch end"],
      [21, [3]],
      [21, "batch end"],
    ]);
    expect(atA.frames).toEqual([[20, [9]]]);
  });

  it("makes one batch of frames that nothing comes between", () => {
    const { timeline, a, atB } = link({ latency: 20 });
    for (const octet of [1, 2, 3]) a.send(frame(octet));
    timeline.advance(20);
    expect(atB.log.map(([, what]) => what)).toEqual([[1], [2], [3], "batch end"]);
  });

  it("may differ by direction", () => {
    const { timeline, a, b, atA, atB } = link({ latency: 10 });
    b.impair({ latency: 300 });
    a.send(frame(1));
    b.send(frame(2));
    timeline.advance(1000);
    expect(atB.frames).toEqual([[10, [1]]]);
    expect(atA.frames).toEqual([[300, [2]]]);
  });
});

describe("jitter", () => {
  it("spreads the delay over its range and keeps the order", () => {
    const { arrived } = traffic({ latency: 10, jitter: 8 }, 2000, 20);
    const delays = arrived.map(({ number, time }) => time - number * 20);
    expect(ascending(arrived.map(({ number }) => number))).toBe(true);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...delays)).toBeLessThan(18);
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    expect(mean).toBeGreaterThan(13.5);
    expect(mean).toBeLessThan(14.5);
  });

  it("keeps the order even when frames are closer than it is long", () => {
    const { arrived } = traffic({ jitter: 50 }, 500, 1);
    expect(arrived.map(({ number }) => number)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });
});

describe("loss", () => {
  it("takes its share of the frames and counts them", () => {
    const { arrived, statistics } = traffic({ loss: 0.25 }, 4000, 1);
    expect(statistics.lost + arrived.length).toBe(4000);
    expect(statistics.delivered).toBe(arrived.length);
    expect(statistics.lost).toBeGreaterThan(900);
    expect(statistics.lost).toBeLessThan(1100);
  });

  it("of 1 loses all, and can end in the middle of a run", () => {
    const { timeline, a, atB } = link({ loss: 1 });
    a.send(frame(1));
    timeline.advance(10);
    a.impair({ loss: 0 });
    a.send(frame(2));
    timeline.advance(10);
    expect(atB.frames).toEqual([[10, [2]]]);
  });
});

describe("duplication", () => {
  it("delivers its share twice", () => {
    const { arrived, statistics } = traffic({ duplication: 0.2 }, 1000, 1);
    expect(arrived.length).toBe(1000 + statistics.duplicated);
    expect(statistics.duplicated).toBeGreaterThan(150);
    expect(statistics.duplicated).toBeLessThan(250);
    expect(new Set(arrived.map(({ number }) => number)).size).toBe(1000);
  });
});

describe("reordering", () => {
  it("lets later frames overtake its share, which still arrives", () => {
    const { arrived, statistics } = traffic({ latency: 30, reordering: 0.1 }, 1000, 1);
    const numbers = arrived.map(({ number }) => number);
    expect([...numbers].sort((one, other) => one - other)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(statistics.reordered).toBeGreaterThan(60);
    expect(statistics.reordered).toBeLessThan(140);
    expect(numbers.filter((number, i) => number < (numbers[i - 1] ?? -1)).length).toBeGreaterThan(50);
    // The others are on time.
    expect(arrived.filter(({ number, time }) => time === number + 30)).toHaveLength(
      1000 - statistics.reordered,
    );
  });

  it("holds a frame back no longer than it says", () => {
    const { arrived } = traffic({ latency: 5, reordering: 1, reorderingDelay: 40 }, 500, 1);
    for (const { number, time } of arrived) {
      expect(time - number).toBeGreaterThan(5);
      expect(time - number).toBeLessThanOrEqual(45);
    }
  });
});

describe("rate", () => {
  it("sends one frame after the other", () => {
    // 16 octets at 1600 octets/s: 10 ms each.
    const { timeline, a, atB } = link({ rate: 1600, latency: 100 });
    for (const octet of [1, 2, 3]) a.send(frame(octet, 0));
    timeline.at(50, () => a.send(frame(4, 0)));
    timeline.advance(1000);
    expect(atB.frames.map(([time, [octet]]) => [time, octet])).toEqual([
      [110, 1],
      [120, 2],
      [130, 3],
      [160, 4],
    ]);
  });

  it("has a queue that loses what comes last", () => {
    const { timeline, a, atB } = link({ rate: 1600, queue: 3 });
    for (const octet of [1, 2, 3, 4]) a.send(frame(octet, 0));
    timeline.at(9.9, () => a.send(frame(5, 0)));
    timeline.at(10, () => a.send(frame(6, 0)));
    timeline.advance(1000);
    expect(atB.frames.map(([, [octet]]) => octet)).toEqual([1, 2, 3, 6]);
    expect(a.statistics).toMatchObject({ sent: 6, delivered: 4, queueFull: 2 });
  });

  it("is what a saturated link delivers", () => {
    const { arrived } = traffic({ rate: 8000, queue: 20 }, 2000, 1);
    // 16 octets take 2 ms, frames come each ms: every second one finds room once the queue is full.
    const within = arrived.filter(({ time }) => time <= 1000);
    expect(within.length).toBe(500);
  });
});

describe("the MTU", () => {
  it("is announced, and larger frames are lost and counted", () => {
    const { timeline, a, atB } = link({ mtu: 100 });
    expect(a.capabilities.mtu).toBe(100);
    a.send(frame(...new Array<number>(100).fill(1)));
    a.send(frame(...new Array<number>(101).fill(1)));
    timeline.advance(1);
    expect(atB.frames).toHaveLength(1);
    expect(a.statistics.oversize).toBe(1);
  });

  it("may be smaller than the devices believe, and change", () => {
    const { timeline, a, atB } = link({ mtu: 100, deviceMtu: 200 });
    expect(a.capabilities.mtu).toBe(200);
    const large = frame(...new Array<number>(150).fill(1));
    a.send(large);
    a.impair({ mtu: 200 });
    a.send(large);
    timeline.advance(1);
    expect(atB.frames).toHaveLength(1);
    expect(a.statistics.oversize).toBe(1);
  });
});

describe("the filter", () => {
  it("sees each frame with its direction and decides whether it passes", () => {
    const seen: [number, number][] = [];
    const { timeline, a, b, atA, atB } = link({
      filter: (octets, direction) => {
        seen.push([direction, octets[14]!]);
        return octets[14]! % 2 === 1;
      },
    });
    for (const octet of [1, 2, 3]) a.send(frame(octet));
    b.send(frame(4));
    timeline.advance(1);
    expect(seen).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 4],
    ]);
    expect(atB.frames.map(([, octets]) => octets)).toEqual([[1], [3]]);
    expect(atA.frames).toEqual([]);
    expect(a.statistics.filtered).toBe(1);
  });

  it("drops the third frame and nothing else, whatever is random", () => {
    let count = 0;
    const { arrived } = traffic({ filter: () => ++count !== 3 }, 5, 1);
    expect(arrived.map(({ number }) => number)).toEqual([0, 1, 3, 4]);
  });
});

describe("a port", () => {
  it("loses what arrives while it is not started, paused or unplugged", () => {
    const timeline = new Timeline();
    const [a, b] = simulatedLink(timeline, { latency: 1 });
    const send = (octet: number): void => {
      a.send(frame(octet));
      timeline.advance(1);
    };
    send(1);
    const atB = new Recorder(timeline, b);
    send(2);
    b.pause();
    send(3);
    b.resume();
    send(4);
    a.send(frame(5));
    b.unplug();
    timeline.advance(1);
    send(6);
    b.plug();
    send(7);
    expect(atB.frames.map(([, octets]) => octets)).toEqual([[2], [4], [7]]);
    expect(a.statistics).toMatchObject({ sent: 7, delivered: 3, missed: 4 });
  });

  it("tells both ends when the cable is pulled and put back, later but at the same time", () => {
    const { timeline, a, atA, atB } = link();
    a.unplug();
    expect([...atA.log, ...atB.log]).toEqual([]);
    timeline.advance(10);
    a.plug();
    a.plug();
    timeline.advance(10);
    const told = [
      [0, "link down"],
      [10, "link up"],
    ];
    expect(atA.log).toEqual(told);
    expect(atB.log).toEqual(told);
  });

  it("does not bother sinks with a cable that is back before anyone looked", () => {
    const { timeline, a, atA, atB } = link();
    a.unplug();
    a.plug();
    timeline.advance(10);
    expect([...atA.log, ...atB.log]).toEqual([]);
  });

  it("that is closed tells the other end and hears nothing any more", async () => {
    const { timeline, a, b, atA, atB } = link({ latency: 5 });
    b.send(frame(1));
    a.send(frame(2));
    await a.close();
    await a.close();
    timeline.advance(10);
    b.send(frame(3));
    a.send(frame(4));
    timeline.advance(10);
    expect(atA.log).toEqual([]);
    expect(atB.log).toEqual([
      [0, "link down"],
      [5, [2]],
      [5, "batch end"],
    ]);
  });

  it("that is closed by its own sink hears nothing after that frame", () => {
    const { timeline, a, b, atB } = link();
    atB.onFrame = () => void b.close();
    a.send(frame(1));
    a.send(frame(2));
    timeline.advance(1);
    expect(atB.log).toEqual([[0, [1]]]);
  });

  it("starts once, and carries frames only", () => {
    const { timeline, a } = link();
    expect(() => new Recorder(timeline, a)).toThrow("already started");
    const packet = frame(1, 2, 3, 4);
    packet.checksumStart = 14;
    expect(() => a.send(packet)).toThrow(/completeOffload/);
  });
});

describe("conditions", () => {
  it.each([
    ["loss", 1.5],
    ["loss", Number.NaN],
    ["duplication", -0.1],
    ["reordering", 2],
    ["corruption", 7],
    ["latency", -1],
    ["jitter", Number.POSITIVE_INFINITY],
    ["reorderingDelay", Number.NaN],
    ["rate", 0],
    ["queue", -3],
    ["mtu", 0],
  ])("that cannot be are named: %s %d", (name, value) => {
    expect(() => simulatedLink(new Timeline(), { [name]: value })).toThrow(new RegExp(`${name} must`));
    const { a } = link({ loss: 0.5 });
    expect(() => a.impair({ [name]: value })).toThrow(RangeError);
    expect(a.conditions.loss).toBe(0.5);
  });
});
