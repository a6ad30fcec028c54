import { completeOffload, devicePair, guardBorrows, Hub } from "@mnet/devices";
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

describe("simulatedLink", () => {
  const make = (): DevicesUnderTest => {
    const timeline = new Timeline();
    const [near, far] = simulatedLink(timeline, { latency: 5 });
    return { near, far, settle: async () => timeline.advance(1000) };
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
