import { describe, expect, it } from "vitest";
import {
  type FragmentFacts,
  IpAddress,
  Packet,
  ReassemblyTable,
  SeededRandom,
  Verdict,
  verdictName,
} from "../src/index.ts";

const A = IpAddress.parse("2001:db8::a");
const B = IpAddress.parse("2001:db8::b");
const V4 = IpAddress.parse("192.0.2.1");
const bounds = {
  reassemblyTimeout: 1000,
  reassemblyOctets: 65_536,
  reassemblyQueues: 8,
  reassemblyPieces: 16,
  reassemblySourceShare: 0.5,
};

/** A fragment of one octet value, with a header of four octets of `0xee` in front. */
function fragment(changes: Partial<FragmentFacts>, octets: number, value = 1): [Packet, FragmentFacts] {
  const packet = new Packet(new Uint8Array(4 + octets).fill(value).fill(0xee, 0, 4));
  packet.reset(4, 4 + octets);
  const facts = {
    source: A,
    destination: B,
    protocolOfKey: 0,
    identification: 0xffff_fff0,
    fragmentOffset: 0,
    moreFragments: true,
    trafficClass: 0,
    headerStart: 0,
    uncountedOctets: 0,
    ...changes,
  };
  return [packet, facts];
}

describe("the reassembly table", () => {
  function table(timedOut: (first: Packet) => void = () => {}): ReassemblyTable {
    return new ReassemblyTable(bounds, new SeededRandom(1), timedOut);
  }

  it("puts the first fragment's header in front of the payload and says how long it is", () => {
    const under = table();
    expect(under.add(...fragment({ fragmentOffset: 8, moreFragments: false }, 3, 2), 0)).toBe(Verdict.Queued);
    expect(under.add(...fragment({}, 8), 0)).toBe(Verdict.Handled);
    expect(under.wholeHeaderOctets).toBe(4);
    expect([...under.whole.toBytes()]).toEqual([238, 238, 238, 238, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2]);
    expect([under.size, under.octets]).toEqual([0, 0]);
  });

  it("tells datagrams apart by each part of the key, all 32 bits of the identification included", () => {
    const others: Partial<FragmentFacts>[] = [
      { source: B },
      { source: V4 },
      { destination: A },
      { protocolOfKey: 17 },
      { identification: 0x7fff_fff0 },
      { identification: 0xffff_fff1 },
    ];
    for (const other of others) {
      const under = table();
      under.add(...fragment({}, 8), 0);
      const rest = { fragmentOffset: 8, moreFragments: false };
      expect(under.add(...fragment({ ...rest, ...other }, 8), 0)).toBe(Verdict.Queued);
      expect(under.size).toBe(2);
      expect(under.add(...fragment(rest, 8), 0)).toBe(Verdict.Handled);
    }
  });

  it("counts the header in the largest length as far as the family does", () => {
    const last = { fragmentOffset: 65_528, moreFragments: false };
    const verdict = (uncountedOctets: number, octets: number): string =>
      verdictName(table().add(...fragment({ ...last, uncountedOctets }, octets), 0));
    expect([verdict(0, 3), verdict(0, 4), verdict(4, 7), verdict(4, 8)]).toEqual([
      "Queued",
      "FragmentTooBig",
      "Queued",
      "FragmentTooBig",
    ]);
  });

  it("says whether a fragment was marked (RFC 3168 5.3)", () => {
    const under = table();
    under.add(...fragment({ trafficClass: 2 }, 8), 0);
    under.add(...fragment({ trafficClass: 3, fragmentOffset: 8, moreFragments: false }, 8), 0);
    expect(under.wholeIsMarked).toBe(true);
    under.add(...fragment({ trafficClass: 2 }, 8), 0);
    under.add(...fragment({ trafficClass: 2, fragmentOffset: 8, moreFragments: false }, 8), 0);
    expect(under.wholeIsMarked).toBe(false);
  });

  it("gives the first fragment back, as it came, when its time is over", () => {
    const first: number[][] = [];
    const under = table((packet) => first.push([...packet.toBytes()]));
    under.add(...fragment({}, 8, 7), 0);
    under.add(...fragment({ identification: 1, fragmentOffset: 8 }, 8), 1);
    expect(under.nextDeadline()).toBe(1000);
    under.expire(1001);
    expect(first).toEqual([[238, 238, 238, 238, 7, 7, 7, 7, 7, 7, 7, 7]]);
    expect([under.expired, under.size, under.nextDeadline()]).toEqual([2, 0, Number.POSITIVE_INFINITY]);
  });
});
