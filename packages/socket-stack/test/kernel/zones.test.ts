import { writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { hostTap } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { createSocketStack } from "@mnet/socket-stack";
import { createStack, type Stack } from "@mnet/stack";
import { openTap } from "@mnet/tuntap";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { outcome, thrownBy } from "../support.ts";

const TAP = "zones0";
const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

/** A direct stack at the other end of the TAP with a link-local address alone, and a socket stack on this one. */
async function ends(): Promise<{ direct: Stack; socket: Stack; there: string; here: string }> {
  const direct = await createStack({ device: openTap({ name: TAP }), ipv6Only: true, waitFor: "dad" });
  onTestFinished(() => direct.kill({ timeout: 0 }));
  const socket = await createSocketStack();
  onTestFinished(() => socket.kill({ timeout: 0 }));
  const own = networkInterfaces()[TAP]!.find(({ address }) => address.startsWith("fe80:"));
  return { direct, socket, there: String(direct.addresses()[0]!.address), here: own!.address };
}

kernelSuite("link-local addresses and their zones", () => {
  beforeAll(async () => {
    // The kernel's link-local address is there at once, and not when it has been checked.
    writeFileSync("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
    await hostTap({ name: TAP });
  });

  test("TCP goes to the zone that is named, and both ends say it", async () => {
    const { direct, socket, there, here } = await ends();
    const listener = direct.tcp.listen(7);
    const accepted = listener.accept();
    const flow = await socket.tcp.connect({ host: `${there}%${TAP}`, port: 7 });
    expect(String(flow.remote.address)).toBe(`${there}%${TAP}`);
    expect(String(flow.local.address)).toBe(`${here}%${TAP}`);
    const far = await accepted;
    expect(String(far.remote.address)).toBe(here);
    await flow.write("hello");
    expect(text(await far.readExactly(5))).toBe("hello");
  });

  test("TCP comes from the zone, and so does UDP, which can be answered as it came", async () => {
    const { direct, socket, here, there } = await ends();
    const listener = socket.tcp.listen({ port: 7, host: `${here}%${TAP}` });
    const accepted = listener.accept();
    await direct.tcp.connect({ host: here, port: 7 });
    expect(String((await accepted).remote.address)).toBe(`${there}%${TAP}`);

    const service = socket.udp.bind({ port: 7 });
    const client = direct.udp.bind();
    await client.send("who?", { host: here, port: 7 });
    const { data, remote } = await service.recv();
    expect([text(data), String(remote.address)]).toEqual(["who?", `${there}%${TAP}`]);
    await service.send("me", remote);
    expect(text((await client.recv()).data)).toBe("me");
    service.connect(remote);
    await service.send("still me");
    expect(text((await client.recv()).data)).toBe("still me");
  });

  test("without a zone there is no way; the addresses tell theirs", async () => {
    const { socket, there, here } = await ends();
    expect(await outcome(socket.tcp.connect({ host: there, port: 7 }))).toBe("ENETUNREACH");
    const client = socket.udp.bind();
    expect(await outcome(client.send("x", { host: there, port: 7 }))).toBe("ENETUNREACH");
    expect(thrownBy(() => client.connect({ host: there, port: 7 }))).toBe("ENETUNREACH");
    expect(thrownBy(() => socket.tcp.listen({ port: 7, host: here }))).toBe("EADDRNOTAVAIL");
    expect(thrownBy(() => socket.udp.bind({ host: here }))).toBe("EADDRNOTAVAIL");
    const own = socket.addresses().find(({ address }) => String(address) === `${here}%${TAP}`);
    expect(own).toMatchObject({ family: 6, scope: "link", origin: "link-local", prefixLength: 64 });
  });

  test("a stack of one link-local address joins groups on its link", async () => {
    const { direct, here } = await ends();
    const socket = await createSocketStack({ ipv6: `${here}%${TAP}/64` });
    onTestFinished(() => socket.kill({ timeout: 0 }));
    const member = socket.udp.bind({ port: 5353 });
    member.joinGroup("ff02::fb");
    const client = direct.udp.bind();
    await client.send("query", { host: "ff02::fb", port: 5353 });
    const { data, remote } = await member.recv();
    expect(text(data)).toBe("query");
    await member.send("answer", remote);
    expect(text((await client.recv()).data)).toBe("answer");
  });

  test("a group can name its zone where the stack has several links", async () => {
    const { direct, socket } = await ends();
    const member = socket.udp.bind({ port: 5353 });
    member.joinGroup(`ff02::fb%${TAP}`);
    await direct.udp.bind().send("query", { host: "ff02::fb", port: 5353 });
    expect(text((await member.recv()).data)).toBe("query");
    member.leaveGroup(`ff02::fb%${TAP}`);
    expect(thrownBy(() => member.leaveGroup("ff02::fb"))).toBe("EADDRNOTAVAIL");
  });
});
