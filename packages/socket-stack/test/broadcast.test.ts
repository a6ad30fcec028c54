import { createSocketStack } from "@mnet/socket-stack";
import { expect, it, onTestFinished } from "vitest";
import { thrownBy } from "./support.ts";

it("a socket is connected to a broadcast address only when it asked for broadcasts", async () => {
  const stack = await createSocketStack({ ipv4: "127.0.0.1" });
  onTestFinished(() => stack.kill({ timeout: 0 }));
  const connect = (host: string, broadcast: boolean) =>
    thrownBy(() => stack.udp.bind({ broadcast }).connect({ host, port: 7 }));
  // Of the loopback network.
  expect(connect("127.255.255.255", false)).toBe("EPERM");
  expect(connect("127.255.255.255", true)).toBe("nothing");
  expect(connect("255.255.255.255", false)).toBe("EPERM");
  // None of the host's networks, and no way leads there from loopback.
  expect(connect("198.51.100.255", false)).toBe("ENETUNREACH");
});
