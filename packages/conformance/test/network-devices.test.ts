import { EventEmitter } from "node:events";
import {
  completeOffload,
  devicePair,
  type FrameDuplex,
  type FramePort,
  fromFrameDuplex,
  guardBorrows,
  Hub,
  messagePortDevice,
} from "@mnet/devices";
import { SimulatedHub, simulatedLink, Timeline } from "@mnet/simulation";
import { describe, expect, it } from "vitest";
import { type DevicesUnderTest, LoopbackDevice, networkDeviceSuite } from "../src/index.ts";

/** Turns that a test runs itself: `schedule` for the devices, `settle` for the suite. */
function turns(): { schedule: (run: () => void) => void; settle: () => Promise<void> } {
  const waiting: (() => void)[] = [];
  return {
    schedule: (run) => waiting.push(run),
    settle: async () => {
      for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) run();
    },
  };
}

const api = { describe, it, expect };

describe("LoopbackDevice", () => {
  const make = (): DevicesUnderTest => {
    const { schedule, settle } = turns();
    const near = new LoopbackDevice({ schedule, queue: 16 });
    return { near, far: near, settle };
  };
  networkDeviceSuite(api, make, { refusesAfter: 16 });
});

describe("devicePair", () => {
  const make = (): DevicesUnderTest => {
    const { schedule, settle } = turns();
    const [near, far] = devicePair({ schedule, queue: 16 });
    return { near, far, settle };
  };
  networkDeviceSuite(api, make, { refusesAfter: 16 });
});

describe("devicePair of a large MTU, completed and guarded", () => {
  const make = (): DevicesUnderTest => {
    const { schedule, settle } = turns();
    const [near, far] = devicePair({ schedule, queue: 16, mtu: 9000 });
    return { near: completeOffload(guardBorrows(near)), far: guardBorrows(far), settle };
  };
  networkDeviceSuite(api, make, { refusesAfter: 16 });
});

describe("Hub", () => {
  const make = (): DevicesUnderTest => {
    const { schedule, settle } = turns();
    const hub = new Hub({ schedule });
    return { near: hub.attach(), far: hub.attach(), settle };
  };
  networkDeviceSuite(api, make);
});

describe("Hub without learning", () => {
  const make = (): DevicesUnderTest => {
    const { schedule, settle } = turns();
    const hub = new Hub({ schedule, learning: false });
    return { near: hub.attach(), far: hub.attach(), settle };
  };
  networkDeviceSuite(api, make);
});

describe("fromFrameDuplex", () => {
  /** Two ends whose frames pass in turns of the test, 16 at a time. */
  const ends = (schedule: (run: () => void) => void): [FrameDuplex, FrameDuplex] => {
    const emitters = [new EventEmitter(), new EventEmitter()] as const;
    const end = (index: 0 | 1): FrameDuplex => {
      let waiting = 0;
      return Object.assign(emitters[index], {
        write(frame: Uint8Array, _: undefined, callback: () => void): boolean {
          waiting++;
          schedule(() => {
            emitters[1 - index]!.emit("data", frame);
            waiting--;
            callback();
          });
          return waiting < 16;
        },
      });
    };
    return [end(0), end(1)];
  };
  const make = (): DevicesUnderTest => {
    const { schedule, settle } = turns();
    const [a, b] = ends(schedule);
    return {
      near: fromFrameDuplex(a, { mac: "02:00:00:00:00:01", schedule }),
      far: fromFrameDuplex(b, { mac: "02:00:00:00:00:02", schedule }),
      settle: async () => {
        await settle();
        // The end of a batch is a microtask.
        await Promise.resolve();
        await settle();
      },
    };
  };
  networkDeviceSuite(api, make, { refusesAfter: 16 });
});

describe("messagePortDevice", () => {
  /** Two ports whose messages pass in turns of the test. */
  const ports = (schedule: (run: () => void) => void): [FramePort, FramePort] => {
    const emitters = [new EventEmitter(), new EventEmitter()] as const;
    const port = (index: 0 | 1): FramePort =>
      Object.assign(emitters[index], {
        postMessage(message: unknown, transfer: ArrayBuffer[]): void {
          const received = structuredClone(message, { transfer });
          schedule(() => void emitters[1 - index]!.emit("message", received));
        },
      });
    return [port(0), port(1)];
  };
  const make = (): DevicesUnderTest => {
    const { schedule, settle } = turns();
    const [a, b] = ports(schedule);
    // Room for three full frames, or 78 of the smallest.
    const options = { schedule, window: 5000 };
    return {
      near: messagePortDevice(a, { mac: "02:00:00:00:00:01", ...options }),
      far: messagePortDevice(b, { mac: "02:00:00:00:00:02", ...options }),
      settle: async () => {
        // What is sent in a turn leaves as a microtask.
        for (let round = 0; round < 4; round++) {
          await Promise.resolve();
          await settle();
        }
      },
    };
  };
  networkDeviceSuite(api, make, { refusesAfter: 78 });
});

describe("simulatedLink", () => {
  const make = (): DevicesUnderTest => {
    const timeline = new Timeline();
    const [near, far] = simulatedLink(timeline, { latency: 5 });
    return { near, far, settle: async () => timeline.advance(1000) };
  };
  networkDeviceSuite(api, make);
});

describe("SimulatedHub with learning", () => {
  const make = (): DevicesUnderTest => {
    const timeline = new Timeline();
    const hub = new SimulatedHub(timeline, { latency: 1, learning: true });
    return { near: hub.attach(), far: hub.attach(), settle: async () => timeline.advance(1000) };
  };
  networkDeviceSuite(api, make);
});

describe("SimulatedHub", () => {
  const make = (): DevicesUnderTest => {
    const timeline = new Timeline();
    const hub = new SimulatedHub(timeline, { latency: 1 });
    return { near: hub.attach(), far: hub.attach(), settle: async () => timeline.advance(1000) };
  };
  networkDeviceSuite(api, make);
});
