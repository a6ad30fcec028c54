import type { SuiteApi } from "./api.ts";
import { type StackBench, type StackCase, text, thrownBy } from "./stack-bench.ts";
import type { AddressPair, DualStacksUnderTest } from "./stack-contract.ts";

type Bench = StackBench<DualStacksUnderTest>;
type DualCase = StackCase<DualStacksUnderTest>;

export function dualCases(api: SuiteApi, test: DualCase): void {
  tcpCases(api, test);
  oneFamilyCases(api, test);
  udpCases(api, test);
}

/** A connection by an address of either family: what each end calls the other. */
async function ends(
  bench: Bench,
  listener: ReturnType<Bench["server"]["tcp"]["listen"]>,
  pair: AddressPair,
): Promise<string[]> {
  const { near, far } = await bench.connectTo(listener, { host: pair.server, port: listener.local.port });
  return [String(near.remote.address), String(far.remote.address)];
}

function tcpCases(api: SuiteApi, test: DualCase): void {
  test("one listener takes both families, and shows each peer by its own address", async (bench) => {
    const { v4, v6 } = bench.under;
    const listener = bench.server.tcp.listen(bench.service);
    api.expect([String(listener.local.address), listener.local.port]).toEqual(["::", bench.service]);
    api.expect(await ends(bench, listener, v4)).toEqual([v4.server, v4.client]);
    api.expect(await ends(bench, listener, v6)).toEqual([v6.server, v6.client]);
  });

  test("`::` is both families as well, and 0 chooses a port that is free in both", async (bench) => {
    const { v4, v6 } = bench.under;
    const listener = bench.server.tcp.listen({ port: 0, host: "::" });
    api.expect(await ends(bench, listener, v4)).toEqual([v4.server, v4.client]);
    api.expect(await ends(bench, listener, v6)).toEqual([v6.server, v6.client]);
    const { port } = listener.local;
    api.expect(thrownBy(() => bench.server.tcp.listen({ port, host: "0.0.0.0" }))).toBe("EADDRINUSE");
    api.expect(thrownBy(() => bench.server.tcp.listen({ port, ipv6Only: true }))).toBe("EADDRINUSE");
  });

  test("an IPv4-mapped address is the IPv4 address", async (bench) => {
    const { v4 } = bench.under;
    const listener = bench.server.tcp.listen(bench.service);
    const mapped = { server: `::ffff:${v4.server}`, client: v4.client };
    api.expect(await ends(bench, listener, mapped)).toEqual([v4.server, v4.client]);
  });

  test("the families of both ends of a connection are the same", async (bench) => {
    const { v4, v6 } = bench.under;
    bench.server.tcp.listen(bench.service);
    const crossed = { host: v4.server, port: bench.service, localHost: v6.client };
    api.expect(await bench.outcome(bench.client.tcp.connect(crossed))).toBe("EADDRNOTAVAIL");
  });
}

function oneFamilyCases(api: SuiteApi, test: DualCase): void {
  test("ipv6Only takes IPv6 alone, 0.0.0.0 takes IPv4 alone: two listeners share a port", async (bench) => {
    const { v4, v6 } = bench.under;
    const six = bench.server.tcp.listen({ port: bench.service, ipv6Only: true });
    const host = v4.server;
    const refused = bench.client.tcp.connect({ host, port: bench.service });
    api.expect(await bench.outcome(refused)).toBe("ECONNREFUSED");
    const four = bench.server.tcp.listen({ port: bench.service, host: "0.0.0.0" });
    api.expect([String(six.local.address), String(four.local.address)]).toEqual(["::", "0.0.0.0"]);
    api.expect(await ends(bench, four, v4)).toEqual([v4.server, v4.client]);
    api.expect(await ends(bench, six, v6)).toEqual([v6.server, v6.client]);
  });

  test("a listener at one address takes its family alone", async (bench) => {
    const { v4, v6 } = bench.under;
    const listener = bench.server.tcp.listen({ port: bench.service, host: v6.server });
    api.expect(await ends(bench, listener, v6)).toEqual([v6.server, v6.client]);
    const refused = bench.client.tcp.connect({ host: v4.server, port: bench.service });
    api.expect(await bench.outcome(refused)).toBe("ECONNREFUSED");
    const contrary = () => bench.server.tcp.listen({ port: 0, host: v4.server, ipv6Only: true });
    api.expect(thrownBy(contrary)).toBe("RangeError");
  });
}

function udpCases(api: SuiteApi, test: DualCase): void {
  test("one socket sends and receives by both families", async (bench) => {
    const { v4, v6 } = bench.under;
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    api.expect(String(far.local.address)).toBe("::");
    for (const pair of [v4, v6]) {
      await bench.settle(near.send("hello", { host: pair.server, port: bench.service }));
      const { data, remote } = await bench.settle(far.recv());
      api.expect([text(data), String(remote.address)]).toEqual(["hello", pair.client]);
      await bench.settle(far.send("back", remote));
      api.expect(String((await bench.settle(near.recv())).remote.address)).toBe(pair.server);
    }
  });

  test("connected to a peer of one family, it does not hear the other", async (bench) => {
    const { v4, v6 } = bench.under;
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    near.connect({ host: v4.server, port: bench.service });
    await bench.settle(far.send("by IPv6", { host: v6.client, port: near.local.port }));
    await bench.settle(far.send("by IPv4", { host: v4.client, port: near.local.port }));
    api.expect(text((await bench.settle(near.recv())).data)).toBe("by IPv4");
  });

  test("sockets of one family leave the other side of the port", async (bench) => {
    const { v4, v6 } = bench.under;
    const { udp } = bench.server;
    const six = udp.bind({ port: bench.service, ipv6Only: true });
    const four = udp.bind({ port: bench.service, host: "0.0.0.0" });
    const near = bench.client.udp.bind();
    await bench.settle(near.send("four", { host: v4.server, port: bench.service }));
    await bench.settle(near.send("six", { host: v6.server, port: bench.service }));
    api.expect(text((await bench.settle(four.recv())).data)).toBe("four");
    api.expect(text((await bench.settle(six.recv())).data)).toBe("six");
    const wrong = six.send("x", { host: v4.client, port: bench.service });
    api.expect(await bench.outcome(wrong)).toBe("EAFNOSUPPORT");
  });
}
