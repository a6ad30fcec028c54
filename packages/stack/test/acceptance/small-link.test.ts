import { parseEthernet } from "@mnet/conformance";
import { readPcapng } from "@mnet/pcap";
import { expect, test } from "vitest";
import { readAll } from "../support/streams.ts";
import { FAMILIES, octets, sameOctets, settle, world } from "../support/world.ts";

test.each(FAMILIES)("22: a bulk transfer over a link of 1280 octets, by IPv%i", async (family) => {
  const { timeline, client, server, places, pcap } = await world({ family, mtu: 1280 });
  const data = octets(300_000);
  const listener = server.tcp.listen(80);
  const serving = listener.serve(async (flow) => flow.write(await readAll(flow)));
  const flow = await settle(timeline, client.tcp.connect({ host: places.server, port: 80 }));
  const sending = flow.write(data).then(() => flow.shutdown("write"));
  expect(sameOctets(await settle(timeline, readAll(flow)), data)).toBe(true);
  await settle(timeline, sending);
  // Segments fill the link, and none is in fragments.
  const sizes = readPcapng(pcap()).packets.map(({ bytes }) => parseEthernet(bytes).payload.length);
  expect(Math.max(...sizes)).toBe(1280);
  expect(flow.info()["retransmissions"]).toBe(0);
  await listener.close();
  await settle(timeline, serving);
});
