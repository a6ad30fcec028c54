import type { SuiteApi } from "./api.ts";
import { type StackBench, type StackCase, thrownBy } from "./stack-bench.ts";

/** An address of a documentation prefix (RFC 5737, RFC 3849), and the prefix. */
const other = {
  4: { address: "198.51.100.7", prefix: "198.51.100.7/24", network: "203.0.113.0/24" },
  6: { address: "2001:db8:7::7", prefix: "2001:db8:7::7/64", network: "2001:db8:8::/64" },
} as const;

export function supportCases(api: SuiteApi, test: StackCase): void {
  pingCases(api, test);
  configurationCases(api, test);
  familyCases(api, test);
}

const family = (bench: StackBench): 4 | 6 => (bench.under.serverAddress.includes(":") ? 6 : 4);

function pingCases(api: SuiteApi, test: StackCase): void {
  test("ping counts what came back, no way there is an error; or it is ENOTSUP", async (bench) => {
    const { serverAddress, unreachable } = bench.under;
    if (!bench.client.supports.ping) {
      api.expect(await bench.outcome(bench.client.ping(serverAddress))).toBe("ENOTSUP");
      return;
    }
    const result = await bench.settle(bench.client.ping(serverAddress, { count: 3, size: 2000 }));
    api.expect(result.received).toBe(3);
    api.expect(await bench.outcome(bench.client.ping(unreachable))).toBe("ENETUNREACH");
  });
}

function configurationCases(api: SuiteApi, test: StackCase): void {
  test("the addresses are told, with their states", async (bench) => {
    const { client, under } = bench;
    api.expect(typeof client.name).toBe("string");
    const own = client.addresses().find(({ address }) => String(address) === under.clientAddress);
    api.expect([own?.family, own?.state]).toEqual([family(bench), "preferred"]);
  });

  test("addresses and routes can be changed; or that is ENOTSUP", async (bench) => {
    const { client } = bench;
    const { address, prefix, network } = other[family(bench)];
    const gateway = bench.under.serverAddress;
    const calls = [
      () => client.addAddress(prefix),
      () => client.addRoute({ destination: network, gateway }),
      () => client.removeRoute(network),
      () => client.setGateway(gateway),
      () => client.routes(),
      () => client.setGateway(null),
      () => client.removeAddress(address),
    ];
    const expected = client.supports.addressChanges ? "nothing" : "ENOTSUP";
    api.expect(calls.map(thrownBy)).toEqual(calls.map(() => expected));
  });

  test("routers can be asked for; or that is ENOTSUP", async ({ client }) => {
    const asked = [thrownBy(() => client.routers()), thrownBy(() => client.configuration())];
    if (client.supports.routers) api.expect(asked).toEqual(["nothing", "nothing"]);
    else api.expect(asked.every((outcome) => ["nothing", "ENOTSUP"].includes(outcome))).toBe(true);
  });

  test("counters are numbers", async (bench) => {
    await bench.connect();
    const all = Object.values(bench.client.stats()).flatMap((counters) => Object.values(counters));
    api.expect(all.length).toBeGreaterThan(0);
    api.expect(all.every(Number.isFinite)).toBe(true);
  });
}

function familyCases(api: SuiteApi, test: StackCase): void {
  test("a family that is off is EAFNOSUPPORT everywhere", async (bench) => {
    const { client, service: port } = bench;
    const { ipv4, ipv6 } = client.supports;
    if (ipv4 && ipv6) return;
    const [host, any, group] = ipv4 ? ["fd00::9", "::", "ff02::fb"] : ["10.9.9.9", "0.0.0.0", "224.0.0.251"];
    const socket = client.udp.bind();
    const outcomes = [
      await bench.outcome(client.tcp.connect({ host, port })),
      await bench.outcome(socket.send("x", { host, port })),
      thrownBy(() => client.tcp.listen({ port, host })),
      thrownBy(() => client.tcp.listen({ port, host: any })),
      thrownBy(() => client.udp.bind({ host })),
      thrownBy(() => client.udp.bind({ host: any })),
      thrownBy(() => socket.connect({ host, port })),
      thrownBy(() => socket.joinGroup(group)),
    ];
    if (ipv4) {
      outcomes.push(thrownBy(() => client.tcp.listen({ port, ipv6Only: true })));
      outcomes.push(thrownBy(() => client.udp.bind({ ipv6Only: true })));
    }
    api.expect(outcomes).toEqual(outcomes.map(() => "EAFNOSUPPORT"));
    const shown = client.tcp.listen(port).local.address;
    api.expect(String(shown)).toBe(ipv4 ? "0.0.0.0" : "::");
  });
}
