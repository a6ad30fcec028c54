import { createSocketStack, type SocketStackOptions } from "@mnet/socket-stack";
import { afterEach, describe, expect, it } from "vitest";
import { makesIpv6Sockets, outcome, thrownBy, withIpv6 } from "./support.ts";

const stacks: { kill(options: { timeout: number }): Promise<void> }[] = [];
afterEach(() => Promise.all(stacks.splice(0).map((stack) => stack.kill({ timeout: 0 }))));

async function make(options?: SocketStackOptions) {
  const stack = await createSocketStack(options);
  stacks.push(stack);
  return stack;
}

describe("which families", () => {
  const families = async (options?: SocketStackOptions): Promise<boolean[]> => {
    const { ipv4, ipv6 } = (await make(options)).supports;
    return [ipv4, ipv6];
  };

  it("both, as far as the host makes sockets of them", async () => {
    const both = [true, await makesIpv6Sockets()];
    expect(await families()).toEqual(both);
    expect(await families({ ipv4: "0.0.0.0/0" })).toEqual(both);
    expect(await families({ ipv4: [] })).toEqual(both);
  });

  it("IPv4 alone: asked for, IPv6 switched off, or an IPv4 address and no IPv6 one", async () => {
    const ways: SocketStackOptions[] = [
      { ipv4Only: true },
      { ipv4Only: true, ipv6: "::1" },
      { ipv6: false },
      { ipv6: "none" },
      { ipv4: "127.0.0.1/24" },
      { ipv4: ["127.0.0.1", "127.0.0.2"] },
    ];
    for (const way of ways) expect(await families(way)).toEqual([true, false]);
  });

  withIpv6("where there is IPv6", () => {
    it("IPv6 alone", async () => {
      for (const way of [{ ipv6Only: true }, { ipv4: false as const }, { ipv6: "::1/128" }])
        expect(await families(way)).toEqual([false, true]);
    });

    it("both by name; how a direct stack makes addresses means every one", async () => {
      for (const ipv6 of ["::", "::1", "eui64", "random", "stable"])
        expect(await families({ ipv4: "127.0.0.1", ipv6 })).toEqual([true, true]);
    });
  });
});

describe("which addresses", () => {
  it("an address with a prefix length is that address alone, and what is sent leaves from it", async () => {
    const stack = await make({ ipv4: "127.0.0.3/8" });
    const everywhere = await make({ ipv4Only: true });
    const { port } = stack.tcp.listen(0).local;
    const connect = (host: string) => outcome(everywhere.tcp.connect({ host, port }));
    expect(await connect("127.0.0.3")).toBe("resolved");
    expect(await connect("127.0.0.1")).toBe("ECONNREFUSED");
    const listener = everywhere.tcp.listen(0);
    const flow = await stack.tcp.connect({ host: "127.0.0.1", port: listener.local.port });
    expect(String(flow.local.address)).toBe("127.0.0.3");
    expect(stack.addresses().map(({ address, prefixLength }) => `${address}/${prefixLength}`)).toEqual([
      "127.0.0.3/8",
    ]);
  });

  it("several addresses are one listener and one UDP socket at one port", async () => {
    const stack = await make({ ipv4: ["127.0.0.4", "127.0.0.5"] });
    const listener = stack.tcp.listen(0);
    const socket = stack.udp.bind();
    for (const host of ["127.0.0.4", "127.0.0.5"]) {
      const accepted = listener.accept();
      await stack.tcp.connect({ host, port: listener.local.port });
      expect(String((await accepted).local.address)).toBe(host);
      await socket.send(host, { host, port: socket.local.port });
      expect(new TextDecoder().decode((await socket.recv()).data)).toBe(host);
    }
    expect(thrownBy(() => stack.tcp.listen({ port: 0, host: "127.0.0.6" }))).toBe("EADDRNOTAVAIL");
  });

  it("of several addresses, what is sent leaves from the one that the destination is nearest to", async () => {
    const stack = await make({ ipv4: ["127.0.0.1/8", "127.1.1.1/16"] });
    const everywhere = await make({ ipv4Only: true });
    const listener = everywhere.tcp.listen(0);
    const receiver = everywhere.udp.bind();
    const socket = stack.udp.bind();
    for (const [host, from] of [
      ["127.1.2.3", "127.1.1.1"],
      ["127.2.2.3", "127.0.0.1"],
    ] as const) {
      const flow = await stack.tcp.connect({ host, port: listener.local.port });
      expect(String(flow.local.address)).toBe(from);
      await socket.send("x", { host, port: receiver.local.port });
      expect(String((await receiver.recv()).remote.address)).toBe(from);
      socket.connect({ host, port: receiver.local.port });
      expect(String(socket.local.address)).toBe(from);
    }
    // Where the application says from where, it is from there.
    const bound = stack.udp.bind({ host: "127.0.0.1" });
    await bound.send("x", { host: "127.1.2.3", port: receiver.local.port });
    expect(String((await receiver.recv()).remote.address)).toBe("127.0.0.1");
    const flow = await stack.tcp.connect({
      host: "127.1.2.3",
      port: listener.local.port,
      localHost: "127.0.0.1",
    });
    expect(String(flow.local.address)).toBe("127.0.0.1");
  });

  it("without names, the addresses are the host's", async () => {
    const own = (await make()).addresses();
    const loopback = own.find(({ address }) => String(address) === "127.0.0.1");
    expect(loopback).toMatchObject({ family: 4, prefixLength: 8, scope: "host", state: "preferred" });
  });

  it("an address that the host does not have is EADDRNOTAVAIL at once", async () => {
    expect(await outcome(createSocketStack({ ipv4: "192.0.2.77/24" }))).toBe("EADDRNOTAVAIL");
    expect(await outcome(createSocketStack({ ipv6: "2001:db8::77/64" }))).toBe("EADDRNOTAVAIL");
  });
});

describe("wrong options throw at once", () => {
  it.each<[SocketStackOptions, string]>([
    [{ ipv4Only: true, ipv6Only: true }, "ipv4Only and ipv6Only exclude each other"],
    [{ ipv4: false, ipv6: false }, "both families are off"],
    [{ ipv4: false, ipv4Only: true }, "both families are off"],
    [{ ipv4: "::1" }, "ipv4 must be IPv4 addresses"],
    [{ ipv4: "localhost" }, "ipv4 must be IPv4 addresses"],
    [{ ipv4: "10.0.0.1/33" }, "prefix length"],
    [{ ipv6: "127.0.0.1" }, "ipv6 must be IPv6 addresses"],
    [{ ipv6: "ff02::1" }, "ipv6 must be IPv6 addresses"],
    [{ ipv6: "eui48" }, "ipv6 must be IPv6 addresses"],
    [{ ipv4: "255.255.255.255" }, "ipv4 must be IPv4 addresses"],
    [{ ipv4: ["127.0.0.1/8", "127.0.0.1/24"] }, "ipv4 has 127.0.0.1 more than once"],
    [{ ipv6: ["::1", "fd00::1", "0::1/64"] }, "ipv6 has ::1 more than once"],
    [{ ipv6: ["fe80::1%a/64", "fe80::1%a"] }, "ipv6 has fe80::1%a more than once"],
  ])("%j", (options, message) => {
    expect(() => createSocketStack(options)).toThrow(message);
    expect(() => createSocketStack(options)).toThrow(RangeError);
  });

  it.each<[unknown, string]>([
    [{ ipv4: null }, "createSocketStack: ipv4 must be IPv4 addresses, not null"],
    [{ ipv4: ["127.0.0.1", undefined] }, "createSocketStack: ipv4 must be IPv4 addresses, not undefined"],
    [{ ipv4: true }, "createSocketStack: ipv4 must be IPv4 addresses, not true"],
    [{ ipv6: null }, "createSocketStack: ipv6 must be IPv6 addresses, not null"],
    [{ ipv6: 6 }, "createSocketStack: ipv6 must be IPv6 addresses, not 6"],
    [{ ipv6: [{}] }, "createSocketStack: ipv6 must be IPv6 addresses, not [object Object]"],
  ])("%j, which is no text and no prefix", (options, message) => {
    expect(() => createSocketStack(options as never)).toThrow(new TypeError(message));
  });

  it("addresses that are alike on two links are two", async () => {
    const two = createSocketStack({ ipv6: ["fe80::1%nolink1/64", "fe80::1%nolink2/64"] });
    expect(await outcome(two)).not.toBe("resolved");
  });
});
