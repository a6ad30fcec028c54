import { type DualStacksUnderTest, dualStackSuite, stackSuite } from "@mnet/conformance";
import { createSocketStack, type SocketStackOptions } from "@mnet/socket-stack";
import { describe, expect, it } from "vitest";
import { freePorts, quiet, settle, withIpv6 } from "./support.ts";

const api = { describe, it, expect };
const v4 = { client: "127.0.0.1", server: "127.0.0.2" };
const v6 = { client: "::1", server: "::1" };

/** Two socket stacks on the loopback addresses of this machine. */
async function underTest(
  main: typeof v4,
  options: (which: "client" | "server") => SocketStackOptions,
): Promise<DualStacksUnderTest> {
  return {
    client: await createSocketStack({ name: "client", ...options("client") }),
    server: await createSocketStack({ name: "server", ...options("server") }),
    clientAddress: main.client,
    serverAddress: main.server,
    // From a loopback address no way leads beyond; to a link-local one none leads that does not name its zone.
    unreachable: main === v4 ? "192.0.2.1" : "fe80::1",
    // The loopback interface has no route for groups of IPv6: see test/kernel.
    group: main === v4 ? "239.255.77.1" : undefined,
    ports: await freePorts(...Object.values(main)),
    v4,
    v6,
    settle,
    quiet,
  };
}

describe("two socket stacks with IPv4 alone", () => {
  stackSuite(api, () => underTest(v4, (which) => ({ ipv4: `${v4[which]}/8` })));
});

withIpv6("two socket stacks with IPv6 alone", () => {
  stackSuite(api, () => underTest(v6, (which) => ({ ipv6: v6[which], ipv6Only: true })));
});

withIpv6("two socket stacks with both families", () => {
  const both = (which: "client" | "server") => ({ ipv4: v4[which], ipv6: v6[which] });
  describe("by IPv4", () => stackSuite(api, () => underTest(v4, both)));
  describe("by IPv6", () => stackSuite(api, () => underTest(v6, both)));
  dualStackSuite(api, async () => ({
    ...(await underTest(v4, both)),
    ports: await freePorts(v4.client, v4.server, v6.server),
  }));
});
