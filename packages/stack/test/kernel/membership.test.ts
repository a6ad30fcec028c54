import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { run, runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { StackOptions } from "@mnet/stack";
import type { TapDevice } from "@mnet/tuntap";
import { describe, expect, onTestFinished, test } from "vitest";
import { HOST, STACK6, sleep, type TapStack, tapStack, until } from "./support.ts";

const dual: Partial<StackOptions> = { ipv4Only: false, ipv6: `${STACK6}/64`, waitFor: "dad" };
const GROUP4 = "239.1.2.3";
const GROUP6 = "ff05::abcd";
const SOLICITED = "ff02::1:ff00:2";

let bridges = 0;

/** Our groups as a bridge of Linux knows them that snoops on IGMP and MLD and asks in the given versions, every second. */
async function snooped(igmp: number, mld: number): Promise<TapStack & { groups(): Promise<string[]> }> {
  const bridge = `mnetbr${bridges++}`;
  const opened = async (tap: TapDevice): Promise<void> => {
    // In hundredths of a second: queries every second, answered within half of one, believed for three.
    const times =
      "mcast_query_interval 100 mcast_startup_query_interval 100 mcast_query_response_interval 50";
    const patience = "mcast_membership_interval 300 mcast_last_member_interval 20 forward_delay 0";
    const versions = `mcast_igmp_version ${igmp} mcast_mld_version ${mld}`;
    const options = `mcast_snooping 1 mcast_querier 1 ${versions} ${times} ${patience}`.split(" ");
    await runOk("ip", ["link", "add", bridge, "type", "bridge", ...options]);
    onTestFinished(async () => void (await run("ip", ["link", "del", bridge])));
    await runOk("ip", ["addr", "add", "10.0.0.9/24", "dev", bridge]);
    await runOk("ip", ["link", "set", tap.name, "master", bridge]);
    await runOk("ip", ["link", "set", bridge, "up"]);
  };
  const there = await tapStack(dual, { opened });
  const groups = async (): Promise<string[]> => {
    const { stdout } = await run("bridge", ["mdb", "show", "dev", bridge]);
    const ours = new RegExp(`port ${there.tap.name} grp (\\S+)`, "g");
    return [...stdout.matchAll(ours)].map(([, group]) => group!);
  };
  return { ...there, groups };
}

/** A member of a group in Linux that answers each datagram to the group. */
async function responder(family: 4 | 6, group: string, port: number, tap: TapDevice): Promise<Socket> {
  const socket = createSocket({ type: `udp${family}`, reuseAddr: true });
  onTestFinished(() => void socket.close());
  socket.bind(port);
  await once(socket, "listening");
  const place = family === 4 ? HOST : `::%${tap.name}`;
  socket.addMembership(group, place);
  socket.setMulticastInterface(place);
  socket.setMulticastLoopback(false);
  const answered = family === 4 ? group : `${group}%${tap.name}`;
  socket.on("message", (data) => {
    if (data.toString() === "query") socket.send("answer of Linux", port, answered);
  });
  return socket;
}

kernelSuite(
  "membership of groups with Linux",
  () => {
    test.each([
      [3, 2],
      [2, 1],
    ])("a bridge that speaks IGMPv%i and MLDv%i learns, keeps and forgets our groups", async (igmp, mld) => {
      const { stack, groups, finish } = await snooped(igmp, mld);
      const socket = stack.udp.bind();
      socket.joinGroup(GROUP4);
      socket.joinGroup(GROUP6);
      const all = [GROUP4, GROUP6, SOLICITED];
      const known = async (): Promise<string[]> => {
        const list = await groups();
        return all.filter((group) => list.includes(group));
      };
      await until(async () => (await known()).length === 3);
      // Longer than they are believed without an answer to a query.
      for (let second = 0; second < 5; second++) {
        await sleep(1000);
        expect(await known()).toEqual(all);
      }
      socket.leaveGroup(GROUP4);
      socket.leaveGroup(GROUP6);
      await until(async () => (await known()).length === 1);
      expect(await known()).toEqual([SOLICITED]);
      await finish();
    });

    describe.each([
      [4, "224.0.0.251"],
      [6, "ff02::fb"],
    ] as const)("multicast DNS over IPv%i", (family, group) => {
      test("Linux answers our query, and we answer its", async () => {
        const port = 5353;
        const { stack, tap, finish } = await tapStack({}, { ipv6: true });
        const linux = await responder(family, group, port, tap);
        const socket = stack.udp.bind({ port, hopLimit: 255 });
        socket.joinGroup(group);
        const texts: string[] = [];
        const ends = new Set<string>();
        (async () => {
          for await (const { data, remote, local } of socket) {
            const text = new TextDecoder().decode(data);
            texts.push(text);
            ends.add(`from port ${remote.port} to ${local.address}`);
            if (text === "question") await socket.send("answer of ours", { host: group, port });
          }
        })().catch(() => {});
        await socket.send("query", { host: group, port });
        await until(() => texts.includes("answer of Linux"));

        const heard = new Promise<RemoteInfo>((resolve) => {
          linux.on("message", (data, remote) => data.toString() === "answer of ours" && resolve(remote));
        });
        linux.send("question", port, family === 4 ? group : `${group}%${tap.name}`);
        const { address } = await heard;
        expect([...ends]).toEqual([`from port ${port} to ${group}`]);
        expect(address).toMatch(family === 4 ? /^10\.0\.0\.2$/ : /^fe80::/);
        await finish();
      });
    });
  },
  { commands: ["bridge"] },
);
