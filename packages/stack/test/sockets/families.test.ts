import { simulatedLink, Timeline } from "@mnet/simulation";
import { createStack } from "@mnet/stack";
import { describe, expect, test } from "vitest";
import { codeOf, PLACES, settle, stackOn, world } from "../support/world.ts";

/** Two families in one stack, or one: what a program sees of it. */

const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

describe("by default both families are on", () => {
  test("an IPv4 address when one is given, an IPv6 link-local one always", async () => {
    const timeline = new Timeline();
    const [near] = simulatedLink(timeline);
    const both = { ipv4Only: false, name: "service", mac: "02:00:00:00:00:07", ipv4: "10.0.0.2/24" };
    const stack = await stackOn(timeline, near, both);
    expect(stack.supports).toMatchObject({ ipv4: true, ipv6: true, routers: true });
    const summary = () =>
      stack.addresses().map(({ address, prefixLength, scope, state, origin }) => ({
        address: `${address}/${prefixLength}`,
        ...{ scope, state, origin },
      }));
    const v4 = { address: "10.0.0.2/24", scope: "global", state: "preferred", origin: "static" };
    const v6 = { address: "fe80::ff:fe00:7/64", scope: "link", state: "tentative", origin: "link-local" };
    expect(summary()).toEqual([v4, v6]);
    const changes: string[] = [];
    stack.on("address", ({ kind, prefix }) => changes.push(`${kind} ${prefix}`));
    await timeline.run(5000);
    expect(summary()).toEqual([v4, { ...v6, state: "preferred" }]);
    expect(changes).toEqual(["added fe80::ff:fe00:7/64"]);
  });

  test("random and stable identifiers are neither the MAC address's nor each other's; stable ones are the same again", async () => {
    const linkLocal = async (ipv6: "random" | "stable" | "eui64", seed: number): Promise<string> => {
      const timeline = new Timeline({ seed });
      const [near] = simulatedLink(timeline);
      const stack = await stackOn(timeline, near, { ipv6Only: true, ipv4Only: false, name: "service", ipv6 });
      return String(stack.addresses()[0]!.address);
    };
    const of = async (ipv6: "random" | "stable" | "eui64") => [
      await linkLocal(ipv6, 1),
      await linkLocal(ipv6, 2),
    ];
    const [eui64, random, stable] = [await of("eui64"), await of("random"), await of("stable")];
    expect(eui64[0]).toBe(eui64[1]);
    expect(stable[0]).toBe(stable[1]);
    expect(random[0]).not.toBe(random[1]);
    expect(new Set([eui64[0], random[0], stable[0]]).size).toBe(3);
  });

  test("loopback works in both", async () => {
    const { timeline, client } = await world({ family: "dual" });
    for (const host of ["127.0.0.1", "::1", PLACES[4].client, PLACES[6].client]) {
      expect((await settle(timeline, client.ping(host))).received).toBe(1);
    }
  });
});

describe("a listener", () => {
  test("takes both families through one call; each peer has an address of its own family", async () => {
    const { timeline, client, server } = await world({ family: "dual" });
    const listener = server.tcp.listen(80);
    expect(String(listener.local.address)).toBe("::");
    for (const family of [4, 6] as const) {
      const accepting = listener.accept();
      const near = await settle(timeline, client.tcp.connect({ host: PLACES[family].server, port: 80 }));
      const far = await settle(timeline, accepting);
      expect(String(far.remote.address)).toBe(PLACES[family].client);
      expect(far.local).toEqual(near.remote);
      await settle(timeline, near.write("over either"));
      expect(text(await settle(timeline, far.readExactly(11)))).toBe("over either");
    }
  });

  test("ipv6Only leaves IPv4 to another one, in whichever order", async () => {
    const { timeline, client, server } = await world({ family: "dual" });
    const v6 = server.tcp.listen({ port: 80, ipv6Only: true });
    expect(await codeOf(timeline, client.tcp.connect({ host: PLACES[4].server, port: 80 }))).toBe(
      "ECONNREFUSED",
    );
    const v4 = server.tcp.listen({ port: 80, host: "0.0.0.0" });
    expect([v4, v6].map(({ local }) => String(local.address))).toEqual(["0.0.0.0", "::"]);
    const accepting = v4.accept();
    await settle(timeline, client.tcp.connect({ host: PLACES[4].server, port: 80 }));
    expect((await settle(timeline, accepting)).local.address.family).toBe(4);
    await settle(timeline, client.tcp.connect({ host: PLACES[6].server, port: 80 }));
    expect((await settle(timeline, v6.accept())).local.address.family).toBe(6);
    await v6.close();
    expect(() => server.tcp.listen(80)).toThrow(/EADDRINUSE/);
    server.tcp.listen({ port: 80, host: "::", ipv6Only: true });
  });

  test("`::` is both, an address is that one", async () => {
    const { timeline, client, server } = await world({ family: "dual" });
    server.tcp.listen({ port: 80, host: "::" });
    for (const family of [4, 6] as const)
      expect(await codeOf(timeline, client.tcp.connect({ host: PLACES[family].server, port: 80 }))).toBe(
        "resolved",
      );
    server.tcp.listen({ port: 81, host: PLACES[6].server });
    expect(await codeOf(timeline, client.tcp.connect({ host: PLACES[4].server, port: 81 }))).toBe(
      "ECONNREFUSED",
    );
    expect(() => server.tcp.listen({ port: 82, host: "10.0.0.2", ipv6Only: true })).toThrow(RangeError);
  });
});

describe("a datagram socket", () => {
  test("takes and sends both families", async () => {
    const { timeline, client, server } = await world({ family: "dual" });
    const far = server.udp.bind({ port: 7 });
    const near = client.udp.bind();
    expect(String(far.local.address)).toBe("::");
    for (const family of [4, 6] as const) {
      await near.send("ping", { host: PLACES[family].server, port: 7 });
      const { remote, local, data } = await settle(timeline, far.recv());
      expect(`${remote.address} ${local.address}`).toBe(`${PLACES[family].client} ${PLACES[family].server}`);
      await far.send(data, remote);
      expect(text((await settle(timeline, near.recv())).data)).toBe("ping");
    }
  });

  test("ipv6Only hears and sends IPv6 alone", async () => {
    const { timeline, client, server } = await world({ family: "dual" });
    const far = server.udp.bind({ port: 7, ipv6Only: true });
    const near = client.udp.bind();
    await near.send("lost", { host: PLACES[4].server, port: 7 });
    await near.send("heard", { host: PLACES[6].server, port: 7 });
    expect(text((await settle(timeline, far.recv())).data)).toBe("heard");
    expect(await codeOf(timeline, far.send("x", { host: PLACES[4].client, port: 7 }))).toBe("EAFNOSUPPORT");
    server.udp.bind({ port: 7, host: "0.0.0.0" });
  });
});

describe.each([
  { off: 6, on: 4, options: { ipv4Only: true } },
  { off: 6, on: 4, options: { ipv6: false } },
  { off: 6, on: 4, options: { ipv6: "none" } },
  { off: 4, on: 6, options: { ipv6Only: true } },
  { off: 4, on: 6, options: { ipv4: false } },
] as const)("with $options IPv$off is off", ({ off, on, options }) => {
  async function half() {
    const timeline = new Timeline();
    const [near] = simulatedLink(timeline);
    const ground = { ipv4: "10.0.0.1/24", ipv6: "fd00::1/64", ipv4Only: false, waitFor: "dad" } as const;
    const stack = await settle(timeline, stackOn(timeline, near, { ...ground, ...options }));
    return { timeline, stack };
  }
  const there = PLACES[off].server;

  test("using it is EAFNOSUPPORT, never silence", async () => {
    const { timeline, stack } = await half();
    expect(stack.supports).toMatchObject({ ipv4: off === 6, ipv6: off === 4 });
    const refused = (run: () => unknown) =>
      expect(run).toThrow(expect.objectContaining({ code: "EAFNOSUPPORT" }));
    const any = off === 4 ? "0.0.0.0" : "::";
    refused(() => stack.tcp.listen({ port: 80, host: any }));
    refused(() => stack.tcp.listen({ port: 80, host: there }));
    refused(() => stack.udp.bind({ port: 80, host: any }));
    refused(() => stack.udp.bind().connect({ host: there, port: 80 }));
    refused(() => stack.udp.bind().joinGroup(off === 4 ? "224.0.0.251" : "ff02::fb"));
    refused(() => stack.addAddress(`${there}/${PLACES[off].length}`));
    refused(() => stack.removeAddress(there));
    refused(() => stack.addRoute({ destination: off === 4 ? "0.0.0.0/0" : "::/0", gateway: there }));
    refused(() => stack.removeRoute(off === 4 ? "0.0.0.0/0" : "::/0"));
    refused(() => stack.setGateway(there));
    refused(() => stack.setGateway(null, off));
    if (off === 6) refused(() => stack.tcp.listen({ port: 80, ipv6Only: true }));
    if (off === 6) refused(() => stack.udp.bind({ ipv6Only: true }));
    expect(await codeOf(timeline, stack.tcp.connect({ host: there, port: 80 }), 1)).toBe("EAFNOSUPPORT");
    expect(await codeOf(timeline, stack.udp.bind().send("x", { host: there, port: 80 }), 1)).toBe(
      "EAFNOSUPPORT",
    );
    expect(await codeOf(timeline, stack.ping(there), 1)).toBe("EAFNOSUPPORT");
  });

  test("the other one works, and nothing of this one is listed", async () => {
    const { timeline, stack } = await half();
    expect(String(stack.tcp.listen(80).local.address)).toBe(on === 4 ? "0.0.0.0" : "::");
    expect((await settle(timeline, stack.ping(PLACES[on].client))).received).toBe(1);
    expect(stack.addresses().every(({ family }) => family === on)).toBe(true);
    expect(stack.routes().every(({ destination }) => destination.family === on)).toBe(true);
    if (off === 6) expect(stack.routers()).toEqual([]);
    if (off === 6) expect(stack.configuration()).toMatchObject({ managed: false, nameServers: [] });
  });

  test("not one packet of it leaves", async () => {
    const { timeline, client, server, pcap } = await world({ family: on });
    server.tcp.listen(80);
    await settle(timeline, client.tcp.connect({ host: PLACES[on].server, port: 80 }));
    await timeline.run(60_000);
    const carries = (marks: readonly string[]): boolean =>
      marks.some((mark) => Buffer.from(pcap()).includes(Buffer.from(mark, "hex")));
    // An EtherType and what follows it: ARP and IPv4, or IPv6.
    const marks = { 4: ["08060001", "080045"], 6: ["86dd60"] };
    expect([carries(marks[on]), carries(marks[off])]).toEqual([true, false]);
  });
});

describe("scoped addresses", () => {
  test("name the stack's interface", async () => {
    const { timeline, client, server } = await world({ family: "dual", client: { interfaceName: "lan" } });
    const linkLocal = server.addresses().find(({ scope }) => scope === "link")!.address;
    server.tcp.listen(80);
    const flow = await settle(timeline, client.tcp.connect({ host: `${linkLocal}%lan`, port: 80 }));
    expect(flow.remote.address.equals(linkLocal)).toBe(true);
    expect(flow.local.address.isLinkLocal).toBe(true);
    expect((await settle(timeline, client.ping(`${linkLocal}%lan`))).received).toBe(1);
    await client.udp.bind().send("x", { host: `${linkLocal}%lan`, port: 7 });
    client.udp.bind().joinGroup("ff02::fb%lan");
  });

  test("the interface is called as the stack is, unless it is told; others are unknown", async () => {
    const { client } = await world({ family: "dual" });
    client.setGateway("fe80::1%client");
    expect(() => client.tcp.connect({ host: "fe80::1%eth0", port: 80 })).toThrow(
      /host fe80::1%eth0: this stack's interface is "client"/,
    );
    expect(() => client.tcp.connect({ host: "fd00::2%client", port: 80 })).toThrow(
      /only link-local addresses/,
    );
    expect(() => client.ping("10.0.0.2%client")).toThrow(/only link-local addresses/);
  });
});

test("options of families that cannot be throw at once and name what is wrong", () => {
  const [device] = simulatedLink(new Timeline());
  const refused: [options: object, message: RegExp][] = [
    [{ ipv4Only: true, ipv6Only: true }, /ipv4Only and ipv6Only exclude each other/],
    [{ ipv4: false, ipv6: false }, /both families are off/],
    [{ ipv4Only: true, ipv4: false }, /both families are off/],
    [{ ipv6: ["eui64", "random"] }, /one of eui64 and random/],
    [{ ipv6: "stabel" }, /"stabel"/],
    [{ ipv6: "10.0.0.2/24" }, /10\.0\.0\.2\/24 is not an IPv6 address that a host can have/],
    [{ ipv6: "fd00::/64" }, /fd00::\/64/],
    [{ ipv6: "ff02::1/64" }, /ff02::1/],
    [{ ipv4: "fd00::2/64" }, /fd00::2\/64 is not an IPv4 address/],
    [{ ipv6: "fd00::2/64", gateway6: "fd01::1" }, /gateway6 fd01::1/],
    [{ gateway6: "10.0.0.1" }, /gateway6 10\.0\.0\.1/],
    [{ ipv6: false, gateway6: "fe80::1" }, /gateway6 is given, but IPv6 is off/],
    [{ ipv4: ["10.0.0.2/24", "10.0.0.2/16"] }, /ipv4 has 10\.0\.0\.2 twice/],
    [{ ipv6: ["fd00::2/64", "fd00::2/128"] }, /ipv6 has fd00::2 twice/],
    [{ ipv4: "10.0.0.2/24", gateway: "10.0.0.2" }, /gateway 10\.0\.0\.2 is the stack's own/],
    [{ ipv6: "fd00::2/64", gateway6: "fd00::2" }, /gateway6 fd00::2 is the stack's own/],
    [{ ipv4: false, gateway: "10.0.0.1" }, /gateway is given, but IPv4 is off/],
    [{ stableSecret: new Uint8Array(15) }, /stableSecret .*16 octets, not 15/],
    [{ waitFor: "ever" }, /waitFor must be "link" or "dad" or "global"/],
    [{ waitTimeout: 0 }, /waitTimeout/],
    [{ waitFor: "global", acceptRouterAdvertisement: false }, /waitFor "global" without/],
    [{ waitFor: "global", ipv4Only: true }, /waitFor "global" without/],
  ];
  for (const [options, message] of refused) {
    expect(() => createStack({ device, ...options })).toThrow(message);
    expect(() => createStack({ device, ...options })).toThrow(RangeError);
  }
});

test("what is said about a family that an `only` turns off does not matter", async () => {
  const timeline = new Timeline();
  const [near, far] = simulatedLink(timeline);
  const only4 = { ipv4Only: true, ipv4: "10.0.0.2/24", ipv6: "fd00::2/64", gateway6: "fd09::1" };
  expect((await stackOn(timeline, near, only4)).supports).toMatchObject({ ipv4: true, ipv6: false });
  const only6 = { ipv4Only: false, ipv6Only: true, ipv4: "10.0.0.2/24", gateway: "10.9.0.1" };
  expect((await stackOn(timeline, far, only6)).supports).toMatchObject({ ipv4: false, ipv6: true });
});
