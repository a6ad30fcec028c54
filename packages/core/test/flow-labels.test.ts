import { describe, expect, it } from "vitest";
import { FlowLabels, IpAddress, SeededRandom } from "../src/index.ts";

const local = IpAddress.parse("fd00::1");
const remote = IpAddress.parse("fd00::2");

/** RFC 6437: the flow label of IPv6 packets. */
describe("flow labels", () => {
  const labels = new FlowLabels(new SeededRandom(1));

  it("are 20 bits, never zero, and the same for the same flow", () => {
    let largest = 0;
    for (let port = 1; port < 3000; port++) {
      const label = labels.of(6, local, 80, remote, port);
      expect(label).toBeGreaterThan(0);
      expect(label).toBeLessThanOrEqual(0xf_ffff);
      expect(labels.of(6, local, 80, remote, port)).toBe(label);
      largest = Math.max(largest, label);
    }
    expect(largest).toBeGreaterThan(0xf_0000);
  });

  it("say nothing of each other, nor of another host's", () => {
    const seen = new Set(Array.from({ length: 1000 }, (_, port) => labels.of(6, local, 80, remote, port)));
    expect(seen.size).toBeGreaterThan(990);
    const others = new FlowLabels(new SeededRandom(2));
    expect(others.of(6, local, 80, remote, 1)).not.toBe(labels.of(6, local, 80, remote, 1));
  });

  it("differ for each address and each port", () => {
    const third = IpAddress.parse("fd00::3");
    const found = [
      labels.of(6, local, 80, remote, 1),
      labels.of(6, third, 80, remote, 1),
      labels.of(6, local, 81, remote, 1),
      labels.of(6, local, 80, third, 1),
      labels.of(6, local, 80, remote, 2),
    ];
    expect(new Set(found).size).toBe(found.length);
  });

  it("there are none over IPv4", () => {
    expect(labels.of(4, IpAddress.parse("10.0.0.1"), 80, IpAddress.parse("10.0.0.2"), 1)).toBe(0);
  });
});
