import { describeFrame, parseEthernet, parseIpv4, parseIpv6 } from "@mnet/conformance";
import { readPcapng } from "@mnet/pcap";
import { simulatedLink, Timeline } from "@mnet/simulation";
import type { Stack, UdpSocket } from "@mnet/stack";
import { describe, expect, test } from "vitest";
import { RawPeer } from "../support/raw-peer.ts";
import { FAMILIES, settle, stackOn, type World, world as worldOf } from "../support/world.ts";

/** RFC 6762 3: where queries go. */
const GROUPS = { 4: "224.0.0.251", 6: "ff02::fb" } as const;
const PORT = 5353;
const NAME = "service.local";

/** A query for, or with `answer` the record of, an address of {@link NAME} (RFC 1035 4.1). */
function message(answer: string | null): Uint8Array {
  const labels = NAME.split(".").flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  const question = [...labels, 0, 0, 255, 0, 1];
  if (answer === null) return Uint8Array.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...question]);
  const text = new TextEncoder().encode(answer);
  const record = [...labels, 0, 0, 16, 0x80, 1, 0, 0, 0, 120, 0, text.length + 1, text.length, ...text];
  return Uint8Array.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, ...record]);
}

function isQuery(data: Uint8Array): boolean {
  return (data[2]! & 0x80) === 0;
}

/** A responder as RFC 6762 6 has it: answers to the group, from port 5353. */
async function respond(socket: UdpSocket, group: string): Promise<void> {
  for await (const { data } of socket) {
    if (isQuery(data)) await socket.send(message("here"), { host: group, port: PORT });
  }
}

function listener(stack: Stack, group: string): UdpSocket {
  const socket = stack.udp.bind({ port: PORT, hopLimit: 255, reuse: true });
  socket.joinGroup(group);
  return socket;
}

/** The lines of a world's capture that say something of multicast membership. */
function reports({ pcap }: World): string[] {
  return readPcapng(pcap())
    .packets.map(({ bytes }) => describeFrame(bytes))
    .filter((line) => /IGMP|MLD/.test(line));
}

describe.each(FAMILIES)("multicast DNS over IPv%i", (family) => {
  const group = GROUPS[family];

  test("a query to the group is answered to the group, and everybody who asked hears it", async () => {
    const { timeline, client, server, places } = await worldOf({ family });
    const serving = listener(server, group);
    const responding = respond(serving, group).catch(() => {});
    const asking = listener(client, group);
    const another = listener(client, group);
    await settle(timeline, asking.send(message(null), { host: group, port: PORT }));
    // RFC 1112 6.1: those who send are members too, and hear themselves.
    const heard = await settle(timeline, asking.recv());
    expect(isQuery(heard.data)).toBe(true);
    const answer = await settle(timeline, asking.recv());
    expect(answer.data).toEqual(message("here"));
    expect(answer.remote.port).toBe(PORT);
    expect(answer.local.address.toString()).toBe(group);
    if (family === 4) expect(answer.remote.address.toString()).toBe(places.server);
    // RFC 6724 5 rule 2: to a group of the link from an address of the link.
    else expect(answer.remote.address.toString()).toMatch(/^fe80::/);
    await settle(timeline, another.recv());
    expect((await settle(timeline, another.recv())).data).toEqual(message("here"));
    await settle(timeline, serving.close());
    await settle(timeline, responding);
  });

  test("leaves with the hop limit of the socket (RFC 6762 11)", async () => {
    const world = await worldOf({ family });
    const socket = listener(world.client, group);
    await settle(world.timeline, socket.send(message(null), { host: group, port: PORT }));
    const frames = readPcapng(world.pcap()).packets.map(({ bytes }) => bytes);
    const query = frames.find((bytes) => describeFrame(bytes).includes(`${PORT}: UDP`))!;
    const { destination, payload } = parseEthernet(query);
    expect(destination).toBe(family === 4 ? "01:00:5e:00:00:fb" : "33:33:00:00:00:fb");
    const limit = family === 4 ? parseIpv4(payload).ttl : parseIpv6(payload).hopLimit;
    expect(limit).toBe(255);
  });

  test("who has not joined hears nothing, and who left hears nothing any more", async () => {
    const { timeline, client, server } = await worldOf({ family });
    const member = listener(server, group);
    const stranger = server.udp.bind({ port: PORT, reuse: true });
    const asking = client.udp.bind();
    const ask = (): Promise<void> =>
      settle(timeline, asking.send(message(null), { host: group, port: PORT }));
    await ask();
    await settle(timeline, member.recv());
    member.leaveGroup(group);
    await ask();
    await timeline.run(1000);
    let outcome = "nothing";
    for (const socket of [member, stranger]) {
      socket.recv().then(
        () => {
          outcome = "something";
        },
        () => {},
      );
    }
    await timeline.run(1000);
    expect(outcome).toBe("nothing");
  });

  test("the link is told of joining and leaving, twice each", async () => {
    const world = await worldOf({ family });
    const { timeline, client } = world;
    const socket = listener(client, group);
    await timeline.run(5000);
    await settle(timeline, socket.close());
    await timeline.run(5000);
    const about = reports(world).filter((line) => line.includes(group));
    const said = about.map((line) => /to(?:Ex|In)clude/.exec(line)![0]);
    expect(said).toEqual(["toExclude", "toExclude", "toInclude", "toInclude"]);
  });
});

describe.each(FAMILIES)("groups over IPv%i", (family) => {
  const group = GROUPS[family];
  const said = (lines: readonly string[]): string[] =>
    lines.filter((line) => line.includes(group)).map((line) => /to(?:Ex|In)clude/.exec(line)![0]);

  test("are reported again when the link is back", async () => {
    const timeline = new Timeline({ seed: 1 });
    const [near, far] = simulatedLink(timeline, { latency: 1 });
    const peer = new RawPeer(far, []);
    const only = { ipv4Only: family === 4, ipv6Only: family === 6 };
    const stack = await stackOn(timeline, near, { ...only, ipv4: "10.0.0.1/24", ipv6: "fd00::1/64" });
    listener(stack, group);
    await timeline.run(5000);
    near.unplug();
    await timeline.run(1000);
    peer.frames.length = 0;
    near.plug();
    await timeline.run(5000);
    expect(said(peer.frames.map((bytes) => describeFrame(bytes)))).toEqual(["toExclude", "toExclude"]);
  });

  test("are left when the stack is killed", async () => {
    const world = await worldOf({ family });
    const { timeline, client } = world;
    listener(client, group);
    await timeline.run(5000);
    await settle(timeline, client.kill());
    expect(said(reports(world)).at(-1)).toBe("toInclude");
  });
});

test("IPv6 reports the solicited-node groups of its addresses, from the link-local one once it has it", async () => {
  const world = await worldOf({ family: 6 });
  await world.timeline.run(5000);
  const lines = reports(world);
  expect(lines.some((line) => / fe80::\S+ > ff02::16: MLD report .*toExclude ff02::1:ff/.test(line))).toBe(
    true,
  );
  expect(lines.every((line) => line.endsWith("[hop-by-hop]"))).toBe(true);
});
