import { icmpV6Message, ipv6Packet, tcpSegment } from "@mnet/conformance";
import { simulatedLink, Timeline } from "@mnet/simulation";
import { expect, test } from "vitest";
import { NarrowBridge } from "../support/narrow-bridge.ts";
import { RawRouter } from "../support/raw-router.ts";
import { readAll } from "../support/streams.ts";
import { octets, sameOctets, settle, stackOn } from "../support/world.ts";

const both = { ipv4Only: false, waitFor: "dad" } as const;

/** A client and a server of IPv6 with a path of 1280 octets between them, on links of 1500. */
async function narrow() {
  const timeline = new Timeline({ seed: 3 });
  const [near, left] = simulatedLink(timeline, { latency: 1 });
  const [right, far] = simulatedLink(timeline, { latency: 1 });
  const bridge = new NarrowBridge(left, right, 1280);
  const [client, server] = await settle(
    timeline,
    Promise.all([
      stackOn(timeline, near, { ...both, name: "client", ipv6: "fd00::1/64" }),
      stackOn(timeline, far, { ...both, name: "server", ipv6: "fd00::2/64" }),
    ]),
  );
  return { timeline, bridge, client, server };
}

test("6: packet too big for a live flow: the transfer completes, both ways", async () => {
  const { timeline, bridge, client, server } = await narrow();
  const data = octets(300_000);
  const listener = server.tcp.listen(80);
  const serving = listener.serve(async (flow) => flow.write(await readAll(flow)));
  const flow = await settle(timeline, client.tcp.connect({ host: "fd00::2", port: 80 }));
  const began = timeline.now();
  const sending = flow.write(data).then(() => flow.shutdown("write"));
  expect(sameOctets(await settle(timeline, readAll(flow)), data)).toBe(true);
  await settle(timeline, sending);
  expect(bridge.told).toBeGreaterThan(0);
  // The loss costs a round trip or two, not timeouts.
  expect(timeline.now() - began).toBeLessThan(5000);
  // The next connection knows the path.
  const told = bridge.told;
  const again = await settle(timeline, client.tcp.connect({ host: "fd00::2", port: 80 }));
  const resending = again.write(data).then(() => again.shutdown("write"));
  expect((await settle(timeline, readAll(again))).length).toBe(data.length);
  await settle(timeline, resending);
  expect(bridge.told).toBe(told);
  await listener.close();
  await settle(timeline, serving);
});

test("6: datagrams are cut to what the path carries once it is known", async () => {
  const { timeline, client, server } = await narrow();
  const far = server.udp.bind({ port: 7 });
  const near = client.udp.bind();
  const data = octets(1400);
  await near.send(data, { host: "fd00::2", port: 7 });
  await timeline.run(100);
  await near.send(data, { host: "fd00::2", port: 7 });
  expect(sameOctets((await settle(timeline, far.recv())).data, data)).toBe(true);
});

test("6: a forged packet too big, and a forged unreachable, have no effect", async () => {
  const timeline = new Timeline({ seed: 4 });
  const [near, far] = simulatedLink(timeline, { latency: 1 });
  const router = new RawRouter(near, "fd00::1");
  const client = await settle(
    timeline,
    stackOn(timeline, far, { ...both, name: "client", ipv6: "fd00::2/64" }),
  );
  const socket = client.udp.bind({ dontFragment: true });
  socket.connect({ host: "fd00::1", port: 7 });
  const ours = { source: "fd00::2", destination: "fd00::1" };
  const quoted = ipv6Packet(
    { ...ours, nextHeader: 6 },
    tcpSegment(
      { ...ours, sourcePort: 4000, destinationPort: 80, sequence: 1, flags: "A" },
      new Uint8Array(100),
    ),
  );
  const forged = { source: "fd00::66", destination: "fd00::2" };
  for (const [type, rest] of [
    [2, 1280],
    [1, 0],
  ] as const) {
    router.send(String(client.mac), forged, icmpV6Message({ ...forged, type, rest }, quoted));
  }
  await timeline.run(10);
  // The whole MTU of the link is still there: 1452 octets and the headers.
  await socket.send(new Uint8Array(1452));
  await expect(socket.send(new Uint8Array(1453))).rejects.toMatchObject({ code: "EMSGSIZE" });
  expect(client.stats()["ipv6"]).toMatchObject({ pathMtus: 0 });
});
