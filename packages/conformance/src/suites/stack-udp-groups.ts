import type { Endpoint } from "@mnet/core";
import type { SuiteApi } from "./api.ts";
import { held, type StackCase, text, thrownBy } from "./stack-bench.ts";
import type { StackLike } from "./stack-contract.ts";

export function groupCases(api: SuiteApi, test: StackCase): void {
  multicastCases(api, test);
  membershipCases(api, test);
  broadcastCases(api, test);
}

/** Whether somebody's address is one of the stack's. */
function has(stack: StackLike, { address }: Endpoint): boolean {
  return stack.addresses().some((own) => own.address.equals(address));
}

function multicastCases(api: SuiteApi, test: StackCase): void {
  test("a member hears what is sent to the group and can answer, as mDNS does (RFC 6762 5.5)", async (bench) => {
    const { group } = bench.under;
    if (group === undefined) return;
    const responder = bench.server.udp.bind({ port: bench.service, reuse: true });
    responder.joinGroup(group);
    await bench.under.quiet();
    const asking = bench.client.udp.bind();
    await bench.settle(asking.send("who is there?", { host: group, port: bench.service }));
    const question = await bench.settle(responder.recv());
    api.expect(text(question.data)).toBe("who is there?");
    // By the scope of the group it may be another address than the usual one (RFC 6724 5, rule 2).
    api.expect([has(bench.client, question.remote), question.remote.port]).toEqual([true, asking.local.port]);
    if (bench.server.supports.datagramDestination) api.expect(String(question.local.address)).toBe(group);
    await bench.settle(responder.send("me", question.remote));
    const answer = await bench.settle(asking.recv());
    api.expect([text(answer.data), has(bench.server, answer.remote)]).toEqual(["me", true]);
  });

  test("who is no member, or not any more, hears nothing", async (bench) => {
    const { group } = bench.under;
    if (group === undefined) return;
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    const shout = async (word: string): Promise<void> => {
      await bench.settle(near.send(word, { host: group, port: bench.service }));
      await bench.under.quiet();
    };
    await shout("too early");
    far.joinGroup(group);
    await bench.under.quiet();
    await shout("in between");
    far.leaveGroup(group);
    await bench.under.quiet();
    await shout("too late");
    await bench.settle(near.send("unicast", bench.there));
    const words: string[] = [];
    for (let i = 0; i < 2; i++) words.push(text((await bench.settle(far.recv())).data));
    api.expect(words).toEqual(["in between", "unicast"]);
  });

  test("closing leaves the groups", async (bench) => {
    const { group } = bench.under;
    if (group === undefined) return;
    const first = bench.server.udp.bind({ port: bench.service });
    first.joinGroup(group);
    await bench.settle(first.close());
    const second = bench.server.udp.bind({ port: bench.service });
    second.joinGroup(group);
    await bench.under.quiet();
    await bench.settle(bench.client.udp.bind().send("hello", { host: group, port: bench.service }));
    api.expect(text((await bench.settle(second.recv())).data)).toBe("hello");
  });
}

function membershipCases(api: SuiteApi, test: StackCase): void {
  test("joining twice, leaving what was not joined, and what is no group", async (bench) => {
    const { group, serverAddress } = bench.under;
    if (group === undefined) return;
    const socket = bench.server.udp.bind({ port: bench.service });
    api.expect(thrownBy(() => socket.leaveGroup(group))).toBe("EADDRNOTAVAIL");
    socket.joinGroup(group);
    api.expect(thrownBy(() => socket.joinGroup(group))).toBe("EADDRINUSE");
    socket.leaveGroup(group);
    socket.joinGroup(group);
    api.expect(thrownBy(() => socket.joinGroup(serverAddress))).toBe("RangeError");
    api.expect(thrownBy(() => socket.joinGroup("the group"))).toBe("RangeError");
    await bench.settle(socket.close());
    api.expect(thrownBy(() => socket.joinGroup(group))).toBe("ECONNABORTED");
    api.expect(thrownBy(() => socket.leaveGroup(group))).toBe("ECONNABORTED");
  });

  test("groups are bounded, and one that is left makes room", async (bench) => {
    const { group } = bench.under;
    if (group === undefined) return;
    const socket = bench.server.udp.bind({ port: bench.service });
    const groups = Array.from({ length: 100 }, (_, at) =>
      group.includes(":") ? `ff05::7:${at + 1}` : `239.9.9.${at + 1}`,
    );
    const outcomes = groups.map((name) => thrownBy(() => socket.joinGroup(name)));
    const joined = outcomes.indexOf("ENOBUFS");
    api.expect(joined).toBeGreaterThan(0);
    api.expect(outcomes.slice(0, joined)).toEqual(outcomes.slice(0, joined).map(() => "nothing"));
    socket.leaveGroup(groups[0]!);
    api.expect(thrownBy(() => socket.joinGroup(groups[joined]!))).toBe("nothing");
  });

  test("without multicast, joining is ENOTSUP", async (bench) => {
    if (bench.server.supports.multicast) return;
    const group = bench.under.serverAddress.includes(":") ? "ff02::fb" : "224.0.0.251";
    api.expect(thrownBy(() => bench.server.udp.bind().joinGroup(group))).toBe("ENOTSUP");
  });
}

function broadcastCases(api: SuiteApi, test: StackCase): void {
  test("a broadcast leaves only from a socket that asked for it, and reaches who is bound to every address", async (bench) => {
    const { broadcast } = bench.under;
    if (broadcast === undefined) return;
    const to = { host: broadcast, port: bench.service };
    const far = bench.server.udp.bind({ port: bench.service });
    const quiet = bench.client.udp.bind();
    api.expect(await bench.outcome(quiet.send("x", to))).toBe("EPERM");
    api.expect(thrownBy(() => quiet.connect(to))).toBe("EPERM");
    const shouting = bench.client.udp.bind({ broadcast: true });
    held(shouting.send("everybody", to));
    const { data, remote } = await bench.settle(far.recv());
    api.expect([text(data), remote.port]).toEqual(["everybody", shouting.local.port]);
  });
}
