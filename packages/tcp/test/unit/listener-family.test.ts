import { FakeIpLayer, tcpSegment } from "@mnet/conformance";
import { IpAddress, SeededRandom } from "@mnet/core";
import { TcpLayer, type TcpListener } from "@mnet/tcp";
import { expect, it } from "vitest";

/** One TCP over both families, and what a SYN to a port of either is answered with. */

const addresses = { 4: "10.0.0.1", 6: "fd00::1" };
const peers = { 4: "10.0.0.9", 6: "fd00::9" };

function dual(families: readonly (4 | 6)[] = [4, 6]) {
  const networks = families.map((family) => new FakeIpLayer({ family }));
  const tcp = new TcpLayer({ networks, random: new SeededRandom(1) });
  let ports = 1000;
  const knock = (family: 4 | 6, port: number): "taken" | "refused" => {
    const network = networks.find((candidate) => candidate.family === family)!;
    const before = tcp.statistics()["halfOpen"]!;
    const flow = { source: peers[family], destination: addresses[family] };
    const segment = tcpSegment({
      ...flow,
      sourcePort: ports++,
      destinationPort: port,
      sequence: 1,
      flags: "S",
    });
    network.deliver(6, segment, flow, 0);
    return tcp.statistics()["halfOpen"] === before ? "refused" : "taken";
  };
  const events = { acceptable: () => {}, closed: () => {} };
  const listen = (options: { address?: string; family?: 4 | 6; port?: number }): TcpListener => {
    const { address, family, port = 7 } = options;
    return tcp.listen(
      {
        port,
        ...(family === undefined ? {} : { family }),
        ...(address === undefined ? {} : { address: IpAddress.parse(address) }),
      },
      events,
    );
  };
  return { listen, knock };
}

it.each([
  [{}, "::", "taken", "taken"],
  [{ family: 4 }, "0.0.0.0", "taken", "refused"],
  [{ family: 6 }, "::", "refused", "taken"],
  [{ address: "0.0.0.0" }, "0.0.0.0", "taken", "refused"],
  [{ address: "::" }, "::", "refused", "taken"],
  [{ address: "10.0.0.1" }, "10.0.0.1", "taken", "refused"],
  [{ address: "fd00::1" }, "fd00::1", "refused", "taken"],
] as const)("a listener with %j is at %s: an IPv4 SYN is %s, an IPv6 one %s", (options, local, v4, v6) => {
  const { listen, knock } = dual();
  expect(String(listen(options).local.address)).toBe(local);
  expect(knock(4, 7)).toBe(v4);
  expect(knock(6, 7)).toBe(v6);
});

it.each([
  [{}, {}, "EADDRINUSE"],
  [{}, { family: 6 }, "EADDRINUSE"],
  [{ family: 4 }, {}, "EADDRINUSE"],
  [{ family: 4 }, { family: 6 }, null],
  [{ family: 6 }, { address: "fd00::1" }, "EADDRINUSE"],
  [{ family: 6 }, { address: "10.0.0.1" }, null],
  [{ address: "fd00::1" }, { address: "10.0.0.1" }, null],
] as const)("a listener with %j and one with %j: %s", (first, second, code) => {
  const { listen } = dual();
  listen(first);
  if (code === null) listen(second);
  else expect(() => listen(second)).toThrow(expect.objectContaining({ code }));
});

it.each([{ family: 6 }, { address: "::" }, { address: "fd00::1" }] as const)(
  "over IPv4 alone, a listener with %j is EAFNOSUPPORT, and any address is 0.0.0.0",
  (options) => {
    const { listen } = dual([4]);
    expect(() => listen(options)).toThrow(expect.objectContaining({ code: "EAFNOSUPPORT" }));
    expect(String(listen({}).local.address)).toBe("0.0.0.0");
  },
);

it("an address of one family with the other family is EAFNOSUPPORT", () => {
  const { listen } = dual();
  expect(() => listen({ address: "10.0.0.1", family: 6 })).toThrow(
    expect.objectContaining({ code: "EAFNOSUPPORT" }),
  );
});
