import type { SuiteApi } from "./api.ts";
import { held, NOBODY, SERVICE, StackBench, thrownBy } from "./stack-bench.ts";
import type { StacksUnderTest } from "./stack-contract.ts";
import { type StackCase, tcpCases } from "./stack-tcp.ts";
import { udpCases } from "./stack-udp.ts";

/**
 * The contract of the application interface of a stack (`Stack`, `TcpListener`, `TcpFlow`, `UdpSocket` of `@mnet/stack`), whatever is
 * behind it. What a stack does not support, by its `supports`, is left out.
 * @param make two fresh stacks on one link, for each test.
 * @param done ends what `make` began, after the stacks were killed.
 */
export function stackSuite(
  api: SuiteApi,
  make: () => StacksUnderTest | Promise<StacksUnderTest>,
  done: (under: StacksUnderTest) => Promise<void> = async () => {},
): void {
  const test: StackCase = (name, run) => {
    api.it(name, async () => {
      const under = await make();
      try {
        await run(new StackBench(under));
      } finally {
        const killed = [under.client, under.server].map((stack) => stack.kill({ timeout: 0 }));
        await under.settle(Promise.all(killed));
        await done(under);
      }
    });
  };
  api.describe("as a stack", () => {
    api.describe("TCP", () => tcpCases(api, test));
    api.describe("UDP", () => udpCases(api, test));
    api.describe("ping", () => pingCases(api, test));
    api.describe("kill", () => killCases(api, test));
  });
}

function pingCases(api: SuiteApi, test: StackCase): void {
  test("counts what came back; nobody there is a loss, no way there an error", async (bench) => {
    if (!bench.client.supports.ping) return;
    const { serverAddress, unreachable } = bench.under;
    const result = await bench.settle(bench.client.ping(serverAddress, { count: 3, size: 2000 }));
    api.expect(result.received).toBe(3);
    api.expect(await bench.outcome(bench.client.ping(unreachable))).toBe("ENETUNREACH");
  });
}

function killCases(api: SuiteApi, test: StackCase): void {
  test("everything that waits ends with ENETDOWN, and so does what comes later", async (bench) => {
    const { near } = await bench.connect();
    const waiting = [
      near.read(new Uint8Array(1)),
      bench.client.tcp.listen({ port: NOBODY }).accept(),
      bench.client.udp.bind().recv(),
    ].map((promise) => held<unknown>(promise));
    const events: unknown[] = [];
    bench.client.on("closed", ({ error }) => events.push(error));
    await bench.settle(bench.client.kill());
    for (const promise of waiting) api.expect(await bench.outcome(promise)).toBe("ENETDOWN");
    api.expect(events).toEqual([null]);
    api.expect(thrownBy(() => bench.client.udp.bind())).toBe("ENETDOWN");
    api.expect(thrownBy(() => bench.client.tcp.listen({ port: SERVICE }))).toBe("ENETDOWN");
    api.expect(await bench.outcome(bench.client.kill())).toBe("resolved");
  });

  test("the peer's stream ends, or is reset, but does not hang", async (bench) => {
    const { far } = await bench.connect();
    const reading = held(far.read(new Uint8Array(1)));
    await bench.settle(bench.client.kill({ timeout: 0 }));
    api.expect(["resolved", "ECONNRESET"].includes(await bench.outcome(reading))).toBe(true);
  });
}
