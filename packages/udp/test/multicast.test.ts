import { IpAddress, Verdict } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { codeOf, UdpHarness } from "./harness.ts";

const group = IpAddress.parse("239.1.2.3");
const other = IpAddress.parse("239.9.9.9");

describe("multicast (RFC 1112)", () => {
  it("reaches the members among the ports, each with a copy of its own", () => {
    const stack = new UdpHarness();
    const options = { port: 9, reuse: true };
    const [member, second, stranger, elsewhere] = [1, 2, 3, 4].map(() => stack.bind(options));
    member!.port.joinGroup(group, 0);
    second!.port.joinGroup(group, 0);
    elsewhere!.port.joinGroup(other, 0);
    expect(stack.arrive("hello", {}, { destination: group })).toBe(Verdict.Handled);
    expect(stranger!.texts()).toEqual([]);
    expect(elsewhere!.texts()).toEqual([]);
    const [mine] = member!.receiveAll();
    mine!.data.fill(0);
    expect(mine!.local.address.equals(group)).toBe(true);
    expect(second!.texts()).toEqual(["hello"]);
  });

  it("reaches a member that is bound to the group, and unicast does not", () => {
    const stack = new UdpHarness();
    const bound = stack.bind({ port: 9, address: group });
    expect(stack.arrive("x", {}, { destination: group })).toBe(Verdict.NotForUs);
    bound.port.joinGroup(group, 0);
    bound.port.joinGroup(other, 0);
    stack.arrive("to the group", {}, { destination: group });
    stack.arrive("to another group", {}, { destination: other });
    expect(stack.arrive("to the host")).toBe(Verdict.PortUnreachable);
    expect(bound.texts()).toEqual(["to the group"]);
  });

  it("joins and leaves the group at the network, once for each port", () => {
    const stack = new UdpHarness();
    const [first, second] = [stack.bind(), stack.bind()];
    first.port.joinGroup(group, 1);
    second.port.joinGroup(group, 2);
    expect(stack.ip.groups).toEqual(["239.1.2.3", "239.1.2.3"]);
    first.port.leaveGroup(group, 3);
    expect(stack.ip.groups).toEqual(["239.1.2.3"]);
    second.port.close();
    expect(stack.ip.groups).toEqual([]);
  });

  it("leaves all groups when the layer closes", () => {
    const stack = new UdpHarness();
    const bound = stack.bind();
    bound.port.joinGroup(group, 0);
    bound.port.joinGroup(other, 0);
    stack.udp.close();
    expect(stack.ip.groups).toEqual([]);
  });

  it("refuses what cannot be joined or left", () => {
    const stack = new UdpHarness({ parameters: { groupsPerPort: 1 } });
    const { port } = stack.bind({ family: 4 });
    expect(codeOf(() => port.joinGroup(IpAddress.parse("10.0.0.1"), 0))).toBe("RangeError");
    expect(codeOf(() => port.joinGroup(IpAddress.parse("ff02::1"), 0))).toBe("EAFNOSUPPORT");
    expect(codeOf(() => port.leaveGroup(group, 0))).toBe("EADDRNOTAVAIL");
    port.joinGroup(group, 0);
    expect(codeOf(() => port.joinGroup(group, 0))).toBe("EADDRINUSE");
    expect(codeOf(() => port.joinGroup(other, 0))).toBe("ENOBUFS");
    expect(stack.ip.groups).toEqual(["239.1.2.3"]);
  });

  it("is sent with a TTL of 1, and comes back to members here, unless told otherwise", () => {
    const stack = new UdpHarness();
    const { port } = stack.bind({ port: 9 });
    const to = { address: group, port: 5353 };
    port.send(new Uint8Array(1), to, 0);
    port.send(new Uint8Array(1), { address: stack.ip.peer, port: 1 }, 0);
    port.multicastHopLimit = 7;
    port.multicastLoop = false;
    port.send(new Uint8Array(1), to, 0);
    expect(stack.ip.sent.map(({ hopLimit, multicastLoop }) => [hopLimit, multicastLoop])).toEqual([
      [1, true],
      [0, true],
      [7, false],
    ]);
  });
});
