import { type StackLike, type SuiteApi, stackSuite, type TcpFlowLike } from "@mnet/conformance";
import type { TcpFlow } from "@mnet/stack";
import { expect, it } from "vitest";
import { CLIENT, SERVER, settle, world } from "./support/world.ts";

/** An object with some members replaced; the others are the original's. */
function altered<T extends object>(original: T, changes: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(original, {
    get(target, name) {
      if (name in changes) return changes[name as keyof T];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The names of the cases that fail when the client's flows are altered. */
async function failures(alter: (flow: TcpFlow) => TcpFlowLike): Promise<string[]> {
  const failed: string[] = [];
  const cases: [string, () => void | Promise<void>][] = [];
  const api: SuiteApi = { describe: (_, body) => body(), it: (name, run) => cases.push([name, run]), expect };
  stackSuite(api, async () => {
    const { timeline, client, server } = await world({ seed: 5 });
    const connect: StackLike["tcp"]["connect"] = (...how) => client.tcp.connect(...how).then(alter);
    return {
      client: altered(client, { tcp: altered(client.tcp, { connect }) }),
      server,
      clientAddress: CLIENT,
      serverAddress: SERVER,
      unreachable: "192.0.2.1",
      settle: (promise) => settle(timeline, promise, 10_000),
      quiet: () => timeline.run(500),
    };
  });
  for (const [name, run] of cases) {
    try {
      await run();
    } catch {
      failed.push(name);
    }
  }
  return failed;
}

it("nothing is found where nothing is wrong", async () => {
  expect(await failures((flow) => flow)).toEqual([]);
});

it("a flow that writes in the wrong order is found", async () => {
  const reordering = (flow: TcpFlow): TcpFlowLike => {
    const write = (data: Uint8Array | string): Promise<void> =>
      flow.write(typeof data === "string" ? [...data].reverse().join("") : data.slice().reverse());
    return altered(flow, { write });
  };
  expect(await failures(reordering)).toContain("concurrent writes keep their order");
});

it("a flow whose abort is only a close, and one whose shutdown does nothing, are found", async () => {
  const gentle = await failures((flow) => altered(flow, { abort: () => void flow.close().catch(() => {}) }));
  expect(gentle).toContain("abort is ECONNABORTED here and ECONNRESET there, after what had arrived");
  const endless = await failures((flow) => altered(flow, { shutdown: () => {} }));
  expect(endless).toContain("half-closed, the other direction goes on");
});

it("a flow that sends what it borrowed later than it says is found", async () => {
  const late = (flow: TcpFlow): TcpFlowLike => {
    const write = (data: Uint8Array | string): Promise<void> => {
      const written = Promise.resolve().then(() => flow.write(data));
      written.catch(() => {});
      return Promise.resolve();
    };
    return altered(flow, { write });
  };
  expect(await failures(late)).toContain(
    "octets are the writer's again when write resolves, and after tryWrite",
  );
});
