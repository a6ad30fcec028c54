import {
  type AddressResolver,
  type DeviceSink,
  IpAddress as Ip,
  type IpAddress,
  type MacAddress,
  type Millis,
  type NetworkDevice,
  Packet,
  type Verdict,
} from "@mnet/core";
import { describe, expect, it } from "vitest";
import {
  addressResolverSuite,
  type DevicesUnderTest,
  FakeLink,
  FakeResolver,
  LoopbackDevice,
  networkDeviceSuite,
  type ResolverUnderTest,
  type SuiteApi,
} from "../src/index.ts";

/** Runs a suite without a test runner and returns the names of the cases that failed. */
async function failures(suite: (api: SuiteApi) => void): Promise<string[]> {
  const cases: { name: string; run: () => void | Promise<void> }[] = [];
  suite({ describe: (_, body) => body(), it: (name, run) => cases.push({ name, run }), expect });
  const failed: string[] = [];
  for (const { name, run } of cases) {
    try {
      await run();
    } catch {
      failed.push(name);
    }
  }
  return failed;
}

interface Turns {
  readonly schedule: (run: () => void) => void;
  readonly settle: () => Promise<void>;
}

function turns(): Turns {
  const waiting: (() => void)[] = [];
  return {
    schedule: (run) => waiting.push(run),
    settle: async () => {
      for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) run();
    },
  };
}

/** A device that passes everything on to a right one, to be broken in one place. */
class Wrapper implements NetworkDevice {
  readonly inner: LoopbackDevice;
  readonly turns: Turns;
  sink: DeviceSink | null = null;

  constructor() {
    this.turns = turns();
    this.inner = new LoopbackDevice({ schedule: this.turns.schedule, queue: 16 });
  }

  get mac(): MacAddress | null {
    return this.inner.mac;
  }

  get capabilities(): NetworkDevice["capabilities"] {
    return this.inner.capabilities;
  }

  start(sink: DeviceSink): void {
    this.sink = sink;
    this.inner.start({
      receive: (packet) => this.receive(packet, sink),
      batchEnd: () => sink.batchEnd(),
      writable: () => sink.writable(),
      linkChanged: (up) => sink.linkChanged(up),
      capabilitiesChanged: () => sink.capabilitiesChanged(),
      failed: (error) => sink.failed(error),
    });
  }

  receive(packet: Packet, sink: DeviceSink): void {
    sink.receive(packet);
  }

  send(packet: Packet): boolean {
    return this.inner.send(packet);
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  ref(): void {}

  unref(): void {}

  close(): Promise<void> {
    return this.inner.close();
  }
}

function deviceFailures(Device: new () => Wrapper): Promise<string[]> {
  const make = (): DevicesUnderTest => {
    const near = new Device();
    return { near, far: near, settle: near.turns.settle };
  };
  return failures((api) => networkDeviceSuite(api, make, { refusesAfter: 16 }));
}

describe("networkDeviceSuite passes a right device and fails one that", () => {
  it("(is right)", async () => {
    expect(await deviceFailures(Wrapper)).toEqual([]);
  });

  it("delivers from inside send", async () => {
    class Hasty extends Wrapper {
      override send(packet: Packet): boolean {
        const copy = new Packet(packet.toBytes());
        this.sink?.receive(copy);
        this.sink?.batchEnd();
        return true;
      }
    }
    expect(await deviceFailures(Hasty)).toContain("delivers in a later turn, never from inside send");
  });

  it("keeps the packet instead of copying it", async () => {
    class Keeper extends Wrapper {
      override send(packet: Packet): boolean {
        this.turns.schedule(() => {
          this.sink?.receive(packet);
          this.sink?.batchEnd();
        });
        return true;
      }
    }
    expect(await deviceFailures(Keeper)).toContain(
      "delivers frames unchanged, in order and once, whatever the sender does to its octets next",
    );
  });

  it("forgets the tails", async () => {
    class Tailless extends Wrapper {
      override send(packet: Packet): boolean {
        packet.tails = 0;
        return this.inner.send(packet);
      }
    }
    expect(await deviceFailures(Tailless)).toContain("gathers as many tails as it says, of any length");
  });

  it("does not complete checksums although it says so", async () => {
    class Lazy extends Wrapper {
      override send(packet: Packet): boolean {
        packet.checksumStart = -1;
        return this.inner.send(packet);
      }
    }
    expect(await deviceFailures(Lazy)).toEqual([
      "completes a checksum where it says so, and leaves others alone",
    ]);
  });

  it("moves start and leaves it there", async () => {
    class Mover extends Wrapper {
      override send(packet: Packet): boolean {
        const taken = this.inner.send(packet);
        packet.start += 1;
        return taken;
      }
    }
    expect(await deviceFailures(Mover)).toContain("gives a packet back as it was lent");
  });

  it("delivers twice, or never says that a batch ended, or that there is room", async () => {
    class Twice extends Wrapper {
      override receive(packet: Packet, sink: DeviceSink): void {
        sink.receive(packet);
        sink.receive(packet);
      }
    }
    class Endless extends Wrapper {
      override start(sink: DeviceSink): void {
        super.start({ ...bound(sink), batchEnd: () => {} });
      }
    }
    class Stuck extends Wrapper {
      override start(sink: DeviceSink): void {
        super.start({ ...bound(sink), writable: () => {} });
      }
    }
    expect(await deviceFailures(Twice)).toContain("loses a frame that the MTU forbids, and goes on");
    expect(await deviceFailures(Endless)).toEqual(["ends every batch, once"]);
    expect(await deviceFailures(Stuck)).toEqual([
      "takes what it has room for, refuses the rest, and says when there is room again",
    ]);
  });

  it("does not stop when paused or closed", async () => {
    class Restless extends Wrapper {
      override pause(): void {}
    }
    class Undead extends Wrapper {
      override async close(): Promise<void> {}
    }
    expect(await deviceFailures(Restless)).toEqual([
      "delivers nothing while paused, and goes on when resumed",
      "pauses from inside receive",
    ]);
    expect(await deviceFailures(Undead)).toEqual([
      "is silent once it is closed, and can be closed again",
      "closes from inside receive, and delivers nothing more",
    ]);
  });
});

function bound(sink: DeviceSink): DeviceSink {
  return {
    receive: (packet) => sink.receive(packet),
    batchEnd: () => sink.batchEnd(),
    writable: () => sink.writable(),
    linkChanged: (up) => sink.linkChanged(up),
    capabilitiesChanged: () => sink.capabilitiesChanged(),
    failed: (error) => sink.failed(error),
  };
}

function resolverFailures(sabotage: (resolver: FakeResolver) => Partial<AddressResolver>): Promise<string[]> {
  const make = (): ResolverUnderTest => {
    const link = new FakeLink();
    const right = new FakeResolver({ link });
    const resolver: AddressResolver = {
      sendVia: (nextHop, packet, now) => right.sendVia(nextHop, packet, now),
      confirm: (nextHop) => right.confirm(nextHop),
      doubt: (nextHop) => right.doubt(nextHop),
      onUnreachable: (sink) => right.onUnreachable(sink),
      nextDeadline: () => right.nextDeadline(),
      onDeadline: (now) => right.onDeadline(now),
      ...sabotage(right),
    };
    return {
      resolver,
      link,
      neighbors: [Ip.parse("10.0.0.2"), Ip.parse("10.0.0.3")],
      answer: (neighbor, mac) => right.answer(neighbor, mac),
      requestsFor: (neighbor) => right.requestsFor(neighbor).length,
    };
  };
  return failures((api) => addressResolverSuite(api, make));
}

describe("addressResolverSuite passes a right resolver and fails one that", () => {
  it("(is right)", async () => {
    expect(await resolverFailures(() => ({}))).toEqual([]);
  });

  it("confuses its neighbours", async () => {
    const failed = await resolverFailures((right) => ({
      sendVia: (_: IpAddress, packet: Packet, now: Millis): Verdict =>
        right.sendVia(Ip.parse("10.0.0.2"), packet, now),
    }));
    expect(failed).toEqual([
      "keeps two neighbours apart that resolve at once",
      "gives up on one neighbour without losing another",
    ]);
  });

  it("never gives up", async () => {
    const failed = await resolverFailures(() => ({ nextDeadline: () => Infinity, onDeadline: () => {} }));
    expect(failed).toContain("reports each packet that waited, once, when the neighbour does not answer");
  });

  it("asks to be called for nothing, again and again", async () => {
    const failed = await resolverFailures(() => ({ nextDeadline: () => 5 }));
    expect(failed.length).toBeGreaterThan(10);
  });

  it("reports twice", async () => {
    const failed = await resolverFailures((right) => ({
      onUnreachable: (sink: Parameters<AddressResolver["onUnreachable"]>[0]): void =>
        right.onUnreachable((nextHop, queued, now) => {
          sink(nextHop, queued, now);
          sink(nextHop, queued, now);
        }),
    }));
    expect(failed).toContain("reports each packet that waited, once, when the neighbour does not answer");
  });

  it("does not listen to transports", async () => {
    const failed = await resolverFailures(() => ({ doubt: () => {} }));
    expect(failed).toEqual([
      "asks about a neighbour that a transport doubts, and gives it up when it is silent",
    ]);
  });
});
