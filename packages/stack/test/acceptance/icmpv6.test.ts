import { describeFrame } from "@mnet/conformance";
import { readPcapng } from "@mnet/pcap";
import { expect, test } from "vitest";
import { codeOf, settle, type World, world } from "../support/world.ts";

/** The lines of a world's capture that say something of echoes and errors. */
function messages({ pcap }: World): string[] {
  const lines = readPcapng(pcap()).packets.map(({ bytes }) => describeFrame(bytes));
  return lines.filter((line) => line.includes("ICMPv6"));
}

test("8: a ping to ff02::1 is answered from a unicast address", async () => {
  const here = await world({ family: 6 });
  const { timeline, client } = here;
  const { received } = await settle(timeline, client.ping("ff02::1", { count: 2, interval: 100 }));
  expect(received).toBe(2);
  const [request, reply] = messages(here);
  expect(request).toMatch(/ > 33:33:00:00:00:01 fe80::\S+ > ff02::1: ICMPv6 echo request/);
  // RFC 4443 4.2, 2.2 b: to the sender, from an address of the link as the sender's.
  const sender = /(fe80::\S+) > ff02::1:/.exec(request!)![1];
  expect(reply).toMatch(/ fe80::\S+ > fe80::\S+: ICMPv6 echo reply/);
  expect(reply).toContain(`> ${sender}: ICMPv6 echo reply`);
  expect(reply).not.toContain("ff02::1");
});

test.each([0, 56, 1452, 1453, 65_507, 65_527])("a ping of %i octets comes back", async (size) => {
  const { timeline, client, places } = await world({ family: 6 });
  const { received } = await settle(timeline, client.ping(places.server, { count: 1, size }));
  expect(received).toBe(1);
});

test("a closed port is told with 1/4", async () => {
  const here = await world({ family: 6 });
  const { timeline, client, places } = here;
  const socket = client.udp.bind();
  socket.connect({ host: places.server, port: 9 });
  const receiving = socket.recv();
  receiving.catch(() => {});
  await socket.send("anyone?");
  expect(await codeOf(timeline, receiving)).toBe("ECONNREFUSED");
  expect(messages(here)).toEqual([
    expect.stringContaining(`${places.server} > ${places.client}: ICMPv6 1/4, 55 octets`),
  ]);
});

test("what IPv6 sends of itself has the hop limit that it has: 64 without a router", async () => {
  const here = await world({ family: 6 });
  await settle(here.timeline, here.client.ping(here.places.server, { count: 1 }));
  const frames = readPcapng(here.pcap()).packets.map(({ bytes }) => bytes);
  const echoes = frames.filter((bytes) => describeFrame(bytes).includes("ICMPv6 echo"));
  expect(echoes.map((bytes) => bytes[14 + 7])).toEqual([64, 64]);
});
