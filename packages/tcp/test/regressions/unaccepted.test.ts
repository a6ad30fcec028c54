import { expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";

/** Found by the fuzzer: the receive buffer of a connection that ended before it was accepted was never given back. */
function withUnacceptedData(): { host: TcpHarness; reset: () => void; close: () => void } {
  const host = new TcpHarness();
  const server = host.listen();
  const peer = host.peer();
  peer.send({ flags: "S" });
  peer.expect({ flags: "SA" });
  peer.send({ flags: "A" });
  peer.send({ flags: "A", payload: 100 });
  return { host, reset: () => peer.send({ flags: "R" }), close: () => server.close() };
}

it.each(["reset", "close"] as const)("data of a connection that nobody accepted is released: %s", (how) => {
  const scene = withUnacceptedData();
  expect(scene.host.tcp.statistics()["ringOctets"]).toBeGreaterThan(0);
  scene[how]();
  expect(scene.host.tcp.statistics()).toMatchObject({ flows: 0, ringOctets: 0 });
});
