import { prefixInformation } from "@mnet/conformance";
import { IpAddress, MacAddress, type Random, SeededRandom } from "@mnet/core";
import { describe, expect, it } from "vitest";
import {
  type AddressMode,
  eui64,
  InterfaceIdentifiers,
} from "../../src/autoconfiguration/interface-identifier.ts";
import { Bench, type BenchOptions } from "./bench.ts";

/** The addresses of an interface that heard of two prefixes. */
function addressesOf(options: BenchOptions): string[] {
  const bench = new Bench({ parameters: { duplicateAddressDetectTransmits: 0 }, ...options });
  for (const prefix of ["2001:db8:1::/64", "2001:db8:2::/64"])
    bench.ra({ options: [prefixInformation({ prefix })] });
  return bench.addresses().map((line) => line.split("/")[0]!);
}
const identifierOf = (address: string): string => {
  const { w2, w3 } = IpAddress.parse(address);
  return `${w2} ${w3}`;
};

const secret = Uint8Array.from({ length: 16 }, (_, at) => at);

describe("interface identifiers", () => {
  it("are the MAC address's EUI-64 by default (RFC 4291 appendix A)", () => {
    const text = (mac: string): string => {
      const { w2, w3 } = eui64(MacAddress.parse(mac));
      return `${IpAddress.parse("fe80::").withInterfaceIdentifier(w2, w3)}`;
    };
    expect(text("34:56:78:9a:bc:de")).toBe("fe80::3656:78ff:fe9a:bcde");
    expect(text("02:00:00:00:00:01")).toBe("fe80::ff:fe00:1");
    expect(text("fe:ff:ff:ff:ff:ff")).toBe("fe80::fcff:ffff:feff:ffff");
    expect(addressesOf({})).toEqual(["fe80::ff:fe00:1", "2001:db8:1::ff:fe00:1", "2001:db8:2::ff:fe00:1"]);
  });

  it("are opaque and stable with a secret: another for each prefix, name and secret, the same after a restart (RFC 7217; C-S13)", () => {
    const options = { addressMode: "stable", stableSecret: secret, name: "eth0" } as const;
    const first = addressesOf({ ...options, seed: 1 });
    expect(addressesOf({ ...options, seed: 2 })).toEqual(first);
    const others = [
      addressesOf({ ...options, name: "eth1" }),
      addressesOf({ ...options, stableSecret: secret.with(0, 1) }),
      addressesOf({ ...options, stableSecret: Uint8Array.of(...secret, 0) }),
      addressesOf({ ...options, stableSecret: Uint8Array.of(...secret, 1) }),
    ];
    const all = [first, ...others].flat().map(identifierOf);
    expect(new Set(all).size).toBe(15);
    // The MAC address is no part of them (RFC 7217 5): a new one, with the same secret, changes nothing.
    expect(addressesOf({ ...options, mac: "02:00:00:00:00:09" })).toEqual(first);
  });

  it("are stable without a secret too, by the MAC address", () => {
    const first = addressesOf({ addressMode: "stable", seed: 1 });
    expect(addressesOf({ addressMode: "stable", seed: 2 })).toEqual(first);
    expect(addressesOf({ addressMode: "stable", mac: "02:00:00:00:00:09" })).not.toEqual(first);
  });

  it("are random ones in that mode: others for each prefix and each start, the same for a prefix that comes back", () => {
    const first = addressesOf({ addressMode: "random", seed: 1 });
    expect(
      new Set([...first, ...addressesOf({ addressMode: "random", seed: 2 })].map(identifierOf)).size,
    ).toBe(6);
    const bench = new Bench({ addressMode: "random", parameters: { duplicateAddressDetectTransmits: 0 } });
    const advertise = (): void => {
      bench.ra({
        options: [prefixInformation({ prefix: "2001:db8:1::/64", validLifetime: 10, preferredLifetime: 10 })],
      });
    };
    advertise();
    const before = bench.addresses();
    bench.advance(20_000);
    advertise();
    expect(bench.addresses()).toEqual(before);
  });

  it("need a secret of 16 octets", () => {
    expect(() => new Bench({ addressMode: "stable", stableSecret: new Uint8Array(15) })).toThrow(
      "stableSecret must have at least 16 octets, not 15",
    );
  });

  it("have every bit set half of the time", () => {
    const identifiers = make("stable", new SeededRandom(1));
    const counts = new Array<number>(64).fill(0);
    const rounds = 4000;
    for (let at = 0; at < rounds; at++) {
      const { w2, w3 } = identifiers.make(new IpAddress(6, 0x20010db8, at, 0, 0), 0);
      for (let bit = 0; bit < 64; bit++) counts[bit]! += ((bit < 32 ? w2 : w3) >>> (bit & 31)) & 1;
    }
    for (const count of counts) expect(Math.abs(count / rounds - 0.5)).toBeLessThan(0.05);
  });

  it("are never reserved ones (RFC 5453)", () => {
    // Four draws for the key of the hash; four pairs that are reserved; the last one before the reserved block.
    const draws = [
      1, 1, 1, 1, 0, 0, 0x02005eff, 0xfe005213, 0xfdffffff, 0xffffff80, 0xfdffffff, 0xffffffff, 0xfdffffff,
      0xffffff7f,
    ];
    const random: Random = { u32: () => draws.shift()!, fill: () => {} };
    const mac = MacAddress.parse("02:00:00:00:00:01");
    const drawn = new InterfaceIdentifiers({ mode: "eui64", mac, name: "", secret: null, random });
    expect(drawn.temporary()).toEqual({ w2: 0xfdffffff | 0, w3: 0xffffff7f | 0 });
  });
});

function make(mode: AddressMode, random: Random): InterfaceIdentifiers {
  return new InterfaceIdentifiers({ mode, mac: null, name: "eth0", secret, random });
}
