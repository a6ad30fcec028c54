import { expect, test } from "vitest";
import { echo, readAll } from "../support/streams.ts";
import { octets, sameOctets, settle, type World, world } from "../support/world.ts";

async function scenario(family: 4 | 6 | "dual", seed: number): Promise<Uint8Array> {
  const link = { latency: 5, jitter: 2, loss: 0.02, duplication: 0.01, reordering: 0.02, corruption: 0.01 };
  const { timeline, client, server, places, pcap }: World = await world({ seed, family, ...link });
  const listener = server.tcp.listen(80);
  const serving = listener.serve(echo);
  const data = octets(100_000);
  const flow = await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
  const sending = flow.write(data).then(() => flow.shutdown("write"));
  const back = await settle(timeline, readAll(flow), 600_000);
  expect(sameOctets(back, data)).toBe(true);
  await settle(timeline, sending);
  await client.udp.bind().send("datagram", { host: places.server, port: 9 });
  await settle(timeline, client.ping(places.server, { count: 2 }), 600_000);
  await listener.close();
  await settle(timeline, serving, 600_000);
  await settle(timeline, Promise.all([client.kill(), server.kill()]), 600_000);
  return pcap();
}

test.each([4, "dual"] as const)(
  "family %s: same seed, same calls, same pcap, octet for octet; another seed, another one",
  async (family) => {
    const first = await scenario(family, 1);
    expect(sameOctets(await scenario(family, 1), first)).toBe(true);
    expect(sameOctets(await scenario(family, 2), first)).toBe(false);
  },
);
