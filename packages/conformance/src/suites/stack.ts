import type { SuiteApi } from "./api.ts";
import { StackBench, type StackCase } from "./stack-bench.ts";
import type { DualStacksUnderTest, StacksUnderTest } from "./stack-contract.ts";
import { dualCases } from "./stack-dual.ts";
import { killCases } from "./stack-kill.ts";
import { supportCases } from "./stack-support.ts";
import { closingCases } from "./stack-tcp-closing.ts";
import { listenerCases } from "./stack-tcp-listener.ts";
import { openingCases } from "./stack-tcp-opening.ts";
import { readingCases } from "./stack-tcp-reading.ts";
import { streamCases } from "./stack-tcp-streams.ts";
import { writingCases } from "./stack-tcp-writing.ts";
import { udpCases } from "./stack-udp.ts";
import { groupCases } from "./stack-udp-groups.ts";

type Make<U extends StacksUnderTest> = () => U | Promise<U>;
type Done<U extends StacksUnderTest> = (under: U) => Promise<void>;

const nothing = async (): Promise<void> => {};

/**
 * The contract of the application interface of a stack (`Stack`, `TcpListener`, `TcpFlow`, `UdpSocket` of `@mnet/stack`), whatever is
 * behind it, by the addresses that the world names: of either family. What a stack does not support, by its `supports`, has to be refused by name.
 * @param make two fresh stacks on one link, for each test.
 * @param done ends what `make` began, after the stacks were killed.
 */
export function stackSuite(
  api: SuiteApi,
  make: Make<StacksUnderTest>,
  done = nothing as Done<StacksUnderTest>,
): void {
  const test = cases(api, make, done);
  api.describe("as a stack", () => {
    api.describe("opening connections", () => openingCases(api, test));
    api.describe("listeners", () => listenerCases(api, test));
    api.describe("reading", () => readingCases(api, test));
    api.describe("writing", () => writingCases(api, test));
    api.describe("closing", () => closingCases(api, test));
    api.describe("streams", () => streamCases(api, test));
    api.describe("UDP", () => udpCases(api, test));
    api.describe("groups and broadcasts", () => groupCases(api, test));
    api.describe("support", () => supportCases(api, test));
    api.describe("kill", () => killCases(api, test));
  });
}

/** What two stacks with both families do besides: see {@link stackSuite}, which runs once for each family. */
export function dualStackSuite(
  api: SuiteApi,
  make: Make<DualStacksUnderTest>,
  done = nothing as Done<DualStacksUnderTest>,
): void {
  api.describe("as a dual stack", () => dualCases(api, cases(api, make, done)));
}

function cases<U extends StacksUnderTest>(api: SuiteApi, make: Make<U>, done: Done<U>): StackCase<U> {
  return (name, run) => {
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
}
