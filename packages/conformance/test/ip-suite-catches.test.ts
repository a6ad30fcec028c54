import {
  IpAddress,
  type IpInfo,
  IpPrefix,
  type Packet,
  type Route,
  type SendOptions,
  Verdict,
} from "@mnet/core";
import { describe, expect, it } from "vitest";
import { FakeIpLayer, type IpLayerUnderTest, ipLayerSuite, type SuiteApi } from "../src/index.ts";

/** Runs a suite without a test runner and returns how many of its cases failed. */
function failures(suite: (api: SuiteApi) => void): number {
  let failed = 0;
  const it = (_: string, run: () => void | Promise<void>): void => {
    try {
      void run();
    } catch {
      failed++;
    }
  };
  suite({ describe: (_, body) => body(), it, expect });
  return failed;
}

function under(layer: FakeIpLayer): IpLayerUnderTest {
  return {
    layer,
    address: layer.address,
    neighbor: layer.peer,
    unreachable: IpAddress.parse("192.0.2.1"),
    group: IpAddress.parse("224.0.1.9"),
    second: IpPrefix.parse("10.0.0.77/24"),
    addAddress: (prefix) => layer.addAddress(prefix),
    removeAddress: (address) => layer.removeAddress(address),
    deliver: (protocol, octets, now) => {
      try {
        return layer.deliver(protocol, octets, { hopLimit: 33 }, now);
      } catch {
        return Verdict.ProtocolUnreachable;
      }
    },
    left: () => layer.take(),
    deliversToItself: false,
  };
}

const options = { routes: ["10.0.0.0/8"] };

class Twice extends FakeIpLayer {
  override send(packet: Packet, route: Route, how: SendOptions, now: number): Verdict {
    super.send(packet, route, how, now);
    return super.send(packet, route, how, now);
  }
}

class MovesStart extends FakeIpLayer {
  override send(packet: Packet, route: Route, how: SendOptions, now: number): Verdict {
    const verdict = super.send(packet, route, how, now);
    packet.start -= 20;
    return verdict;
  }
}

class WritesPayload extends FakeIpLayer {
  override send(packet: Packet, route: Route, how: SendOptions, now: number): Verdict {
    packet.bytes[packet.end - 1]! ^= 1;
    return super.send(packet, route, how, now);
  }
}

class SendsTooBig extends FakeIpLayer {
  override send(packet: Packet, route: Route, how: SendOptions, now: number): Verdict {
    return super.send(packet, route, { ...how, dontFragment: "no" }, now);
  }
}

class KnowsEveryWay extends FakeIpLayer {
  constructor() {
    super({ routes: ["0.0.0.0/0"] });
  }
}

class KeepsItsEpoch extends FakeIpLayer {
  override get epoch(): number {
    return 1;
  }
}

class SaysNothing extends FakeIpLayer {
  override onAddressChange(): void {}
}

class Swallows extends FakeIpLayer {
  override deliver(...how: Parameters<FakeIpLayer["deliver"]>): Verdict {
    super.deliver(...how);
    return Verdict.Handled;
  }
}

class LiesAboutHops extends FakeIpLayer {
  override lendDatagram<T>(
    protocol: number,
    octets: Uint8Array,
    arrives: Parameters<FakeIpLayer["lendDatagram"]>[2],
    receive: (packet: Packet, info: IpInfo) => T,
  ): T {
    return super.lendDatagram(protocol, octets, { ...arrives, hopLimit: 32 }, receive);
  }
}

describe("ipLayerSuite", () => {
  it("passes a layer that keeps the contract", () => {
    expect(failures((api) => ipLayerSuite(api, () => under(new FakeIpLayer(options))))).toBe(0);
  });

  const broken = { Twice, MovesStart, WritesPayload, SendsTooBig, KnowsEveryWay, KeepsItsEpoch, SaysNothing };
  for (const [name, Broken] of Object.entries({ ...broken, Swallows, LiesAboutHops })) {
    it(`fails a layer that ${name}`, () => {
      expect(failures((api) => ipLayerSuite(api, () => under(new Broken(options))))).toBeGreaterThan(0);
    });
  }
});
