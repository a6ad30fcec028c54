import { describe, expect, it } from "vitest";
import { PEER, pattern, TestHost } from "./support.ts";

/** RFC 6864 4, RFC 7739; conformance.md C-I8. */
describe("the identification of a datagram", () => {
  function send(host: TestHost, count: number, to: string = PEER, protocol = 17): number[] {
    for (let i = 0; i < count; i++) host.send(pattern(8), to, { protocol });
    return host.take().map(({ identification }) => identification);
  }

  it("is 0 when it cannot be fragmented", () => {
    const host = new TestHost();
    host.send(pattern(8), PEER, { dontFragment: "yes" });
    host.send(pattern(8), PEER, { dontFragment: "probe" });
    expect(host.take().map(({ identification }) => identification)).toEqual([0, 0]);
  });

  it("differs for 65 536 datagrams between two addresses with one protocol", () => {
    const host = new TestHost();
    const seen = new Set<number>();
    for (let batch = 0; batch < 64; batch++) for (const value of send(host, 1024)) seen.add(value);
    expect(seen.size).toBe(65536);
  });

  it("is the same for all fragments of a datagram and another one for the next", () => {
    const host = new TestHost();
    host.send(pattern(4000));
    const first = new Set(host.take().map(({ identification }) => identification));
    host.send(pattern(4000));
    const second = new Set(host.take().map(({ identification }) => identification));
    expect(first.size).toBe(1);
    expect(second.size).toBe(1);
    expect([...first]).not.toEqual([...second]);
  });

  it("tells a peer nothing about other peers, other protocols, or other stacks", () => {
    const starts = new Set<number>();
    const host = new TestHost({ gateway: "10.0.0.1" });
    for (let peer = 1; peer <= 100; peer++) starts.add(send(host, 1, `192.0.2.${peer}`)[0]!);
    for (let protocol = 100; protocol < 200; protocol++) starts.add(send(host, 1, PEER, protocol)[0]!);
    for (let seed = 2; seed <= 101; seed++) starts.add(send(new TestHost({ seed }), 1)[0]!);
    // 300 values drawn from 65 536 have 0.7 collisions on average; counters in a row would have far more.
    expect(starts.size).toBeGreaterThan(290);
    const sorted = [...starts].sort((a, b) => a - b);
    expect(sorted.at(-1)! - sorted[0]!).toBeGreaterThan(60_000);
  });

  it("is the same for the same seed", () => {
    expect(send(new TestHost({ seed: 7 }), 3)).toEqual(send(new TestHost({ seed: 7 }), 3));
  });
});
