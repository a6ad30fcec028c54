import { stackSuite } from "@mnet/conformance";
import { createSocketStack } from "@mnet/socket-stack";
import { describe, expect, it } from "vitest";
import { freePorts, underTest } from "./support.ts";

describe("two socket stacks on 127.0.0.1 and 127.0.0.2", () => {
  const [clientAddress, serverAddress] = ["127.0.0.1", "127.0.0.2"];
  stackSuite({ describe, it, expect }, async () =>
    underTest(
      await createSocketStack({ name: "client", ipv4: `${clientAddress}/8` }),
      await createSocketStack({ name: "server", ipv4: `${serverAddress}/8` }),
      {
        clientAddress,
        serverAddress,
        // From a loopback address no way leads beyond.
        unreachable: "192.0.2.1",
        group: "239.255.77.1",
        ports: await freePorts(serverAddress),
      },
    ),
  );
});
