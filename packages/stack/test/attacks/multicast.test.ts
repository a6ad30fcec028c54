import {
  describeFrame,
  ethernetFrame,
  icmpV6EchoRequest,
  igmpQuery,
  ipv4Packet,
  ipv6OptionsHeader,
  ipv6Packet,
  mldQuery,
  neighborSolicitation,
  routerAlertOption,
  sourceLinkAddress,
} from "@mnet/conformance";
import { EtherType } from "@mnet/core";
import { defaultIcmpParameters } from "@mnet/icmp";
import { expect, test } from "vitest";
import { ATTACKER, type Siege, siege } from "../support/siege.ts";

/** Groups as a weapon: queries that ask everybody to speak at once, versions that are forced down, echoes to all nodes. */

const GROUP4 = "224.0.0.251";
const GROUP6 = "ff02::fb";
/** Who attacks over IPv6. */
const ENEMY = "fe80::66";

const dual = { victim: { ipv4Only: false, ipv6: "fd00::2/64", waitFor: "link" } } as const;

/** The victim, a member of both groups that has said so. */
async function member(): Promise<Siege> {
  const attacked = await siege({ ...dual });
  const socket = attacked.victim.udp.bind({ port: 5353 });
  socket.joinGroup(GROUP4);
  socket.joinGroup(GROUP6);
  await attacked.timeline.run(5000);
  attacked.attacker.frames.length = 0;
  return attacked;
}

function sendIgmp({ attacker }: Siege, message: Uint8Array): void {
  const payload = ipv4Packet({ source: ATTACKER, destination: "224.0.0.1", protocol: 2, ttl: 1 }, message);
  const destination = "01:00:5e:00:00:01";
  attacker.send(ethernetFrame({ destination, source: attacker.mac, etherType: EtherType.Ipv4 }, payload));
}

/** An ICMPv6 message to all nodes. */
function sendIcmpV6({ attacker }: Siege, message: Uint8Array, hopLimit: number, alert = false): void {
  const ip = { source: ENEMY, destination: "ff02::1", hopLimit };
  const chain = ipv6OptionsHeader({ nextHeader: 58, options: [routerAlertOption()] }, message);
  const payload = alert
    ? ipv6Packet({ ...ip, nextHeader: 0 }, chain)
    : ipv6Packet({ ...ip, nextHeader: 58 }, message);
  const destination = "33:33:00:00:00:01";
  attacker.send(ethernetFrame({ destination, source: attacker.mac, etherType: EtherType.Ipv6 }, payload));
}

/** What the attacker saw of a kind since the last call. */
function seen({ attacker }: Siege, kind: RegExp): string[] {
  return attacker.frames
    .splice(0)
    .map(describeFrame)
    .filter((line) => kind.test(line));
}

const around = { source: ENEMY, destination: "ff02::1" };

test.each([
  ["IGMP", (attacked: Siege) => sendIgmp(attacked, igmpQuery({ maximumResponse: 0, interval: 0 }))],
  ["MLD", (attacked: Siege) => sendIcmpV6(attacked, mldQuery({ ...around, maximumResponse: 0 }), 1, true)],
] as const)("ten thousand %s queries that allow no delay: ten answers a second", async (protocol, query) => {
  const attacked = await member();
  for (let round = 0; round < 1000; round++) {
    for (let count = 0; count < 10; count++) query(attacked);
    await attacked.timeline.run(1);
  }
  await attacked.timeline.run(1000);
  const reports = seen(attacked, new RegExp(`${protocol} report`));
  expect(reports.length).toBeGreaterThan(5);
  expect(reports.length).toBeLessThanOrEqual(11);
  expect(await attacked.serves()).toBe(true);
});

test("a forged querier of the first version is believed for its interval, and forgotten", async () => {
  const attacked = await member();
  sendIgmp(attacked, igmpQuery({ old: true, maximumResponse: 0 }));
  await attacked.timeline.run(10_000);
  expect(seen(attacked, /IGMP/)).toEqual([expect.stringContaining(`IGMP report v1 ${GROUP4}`)]);
  await attacked.timeline.run(300_000);
  attacked.attacker.frames.length = 0;
  attacked.victim.udp.bind().joinGroup("239.1.2.3");
  await attacked.timeline.run(1000);
  expect(seen(attacked, /IGMP/)).toEqual(Array(2).fill(expect.stringContaining("toExclude 239.1.2.3")));
});

test("queries for sources without end are answered about the group", async () => {
  const attacked = await member();
  for (let round = 0; round < 50; round++) {
    const sources = Array.from({ length: 60 }, (_, index) => `fd00::${round}:${index}`);
    sendIcmpV6(attacked, mldQuery({ ...around, group: GROUP6, sources }), 1, true);
  }
  await attacked.timeline.run(20_000);
  const reports = seen(attacked, /MLD report/);
  expect(reports).toHaveLength(1);
  expect(reports[0]).toContain(`isExclude ${GROUP6} {}`);
});

test("echo requests to all nodes are answered a hundred times a second, and those to us alone all the same", async () => {
  const attacked = await member();
  const { timeline, victim, honest } = attacked;
  // So that the victim knows where the attacker is.
  const options = [sourceLinkAddress(attacked.attacker.mac)];
  const target = victim.addresses().find(({ address }) => String(address).startsWith("fe80"))!;
  const ask = { source: ENEMY, destination: "ff02::1", target: String(target.address), options };
  sendIcmpV6(attacked, neighborSolicitation(ask), 255);
  const request = icmpV6EchoRequest({ ...around, identifier: 1, sequence: 1 });
  await timeline.run(10);
  attacked.attacker.frames.length = 0;
  for (let count = 0; count < 5000; count++) sendIcmpV6(attacked, request, 64);
  await timeline.run(1);
  const { groupEchoReplyBurst, groupEchoReplyRate } = defaultIcmpParameters;
  expect(seen(attacked, /echo reply/)).toHaveLength(groupEchoReplyBurst);
  for (let count = 0; count < 5000; count++) sendIcmpV6(attacked, request, 64);
  await timeline.run(500);
  expect(seen(attacked, /echo reply/).length).toBeLessThanOrEqual(groupEchoReplyRate);
  expect(honest.addresses()).toHaveLength(1);
  expect(await attacked.serves()).toBe(true);
});
