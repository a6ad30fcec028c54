import { describe, expect, it } from "vitest";
import { recordScript } from "../src/engine/run.ts";
import { parseScript, type RunOptions } from "../src/index.ts";

/** A router on the way takes `mtu` octets; 1200 of text fit in 1240 of IPv4. */
const script = (options: string, error = "unreachable frag_needed mtu 1300"): string => `${options}
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0.1 < S 0:0(0) win 60000 <mss 1460>
+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>
+0.1 < . 1:1(0) ack 1 win 60000
+0 accept(3, ..., ...) = 4
+0 write(4, ..., 1460) = 1460
+0 > P. 1:1461(1460) ack 1
+0.05 < icmp ${error} [1:1461(1460)]
`;
const smaller = "+0 > . 1:1261(1260) ack 1\n+0 > P. 1261:1461(200) ack 1\n";

function run(text: string, options: RunOptions): { readonly kind: string; readonly version: number } {
  const { verdict, packets } = recordScript(parseScript(text), options);
  return { kind: verdict.kind, version: (packets[0]?.octets[0] ?? 0) >>> 4 };
}

describe("a script that names no --ip_version", () => {
  it.each([
    [{}, 4],
    [{ family: 4 }, 4],
    [{ family: "mapped" }, 4],
    [{ family: 6 }, 6],
  ] as const)("means the same with %o", (options, version) => {
    expect(run(script("") + smaller, options)).toEqual({ kind: "pass", version });
  });

  it("has a link whose MTU leaves as much room over IPv6", () => {
    const text = script("--mtu=1400").replaceAll("mss 1460>\n+0.1 < .", "mss 1360>\n+0.1 < .");
    const upToWrite = text.slice(0, text.indexOf("+0 accept"));
    expect(run(upToWrite, { family: 6 })).toEqual({ kind: "pass", version: 6 });
    expect(run(upToWrite, {})).toEqual({ kind: "pass", version: 4 });
  });

  it.each([
    ["unreachable protocol_unreachable"],
    ["unreachable source_route_failed"],
    ["unreachable net_unreachable"],
    ["unreachable host_unreachable"],
  ])("tells over IPv6 of the error that is there %s", (error) => {
    expect(run(script("", error), { family: 6 })).toEqual({ kind: "pass", version: 6 });
  });
});

describe("a script that names its --ip_version", () => {
  it.each([
    ["ipv4", 4],
    ["ipv4-mapped-ipv6", 4],
  ] as const)("keeps %s", (name, version) => {
    expect(run(script(`--ip_version=${name}`) + smaller, { family: 6 })).toEqual({ kind: "pass", version });
  });

  it("has the numbers and names of IPv6, where that is it", () => {
    const [before, own] = [
      script("--ip_version=ipv6"),
      script("--ip_version=ipv6", "packet_too_big mtu 1320"),
    ];
    const announced = own.replace(
      "S. 0:0(0) ack 1 win 65535 <mss 1460>",
      "S. 0:0(0) ack 1 win 65535 <mss 1440>",
    );
    const text = announced.replace(
      "P. 1:1461(1460) ack 1",
      ". 1:1441(1440) ack 1\n+0 > P. 1441:1461(20) ack 1",
    );
    expect(run(text, { family: 6 })).toEqual({ kind: "pass", version: 6 });
    expect(run(before, { family: 6 }).kind).toBe("fail");
  });
});

it("AF_INET6 sockets over IPv4 need no link that takes IPv6", () => {
  const text = script("--ip_version=ipv4-mapped-ipv6\n--mtu=576");
  const upToAnswer = text.slice(0, text.indexOf("+0.1 < .")).replace("65535 <mss 1460>", "65535 <mss 536>");
  expect(run(upToAnswer, {})).toEqual({ kind: "pass", version: 4 });
});
