import { simulatedLink, Timeline } from "@mnet/simulation";
import { createStack, macOfName } from "@mnet/stack";
import { expect, test } from "vitest";
import { RawPeer } from "../support/raw-peer.ts";
import { echo, readAll } from "../support/streams.ts";
import { CLIENT, codeOf, octets, SERVER, sameOctets, settle, stackOn, world } from "../support/world.ts";

test("loopback: a stack talks to itself, over 127.0.0.1 and over its own address", async () => {
  const { timeline, client } = await world({ loss: 1 });
  const listener = client.tcp.listen(80);
  const serving = listener.serve(echo);
  for (const host of ["127.0.0.1", CLIENT]) {
    const flow = await settle(timeline, client.tcp.connect({ host, port: 80 }));
    const data = octets(500_000);
    const sending = flow.write(data).then(() => flow.shutdown("write"));
    expect(sameOctets(await settle(timeline, readAll(flow)), data)).toBe(true);
    await settle(timeline, sending);
    await settle(timeline, flow.close());
  }
  expect((await settle(timeline, client.ping("127.0.0.1"))).received).toBe(1);
  await listener.close();
  await settle(timeline, serving);
});

test("ping answers with round trips, and tells what happened to each lost request", async () => {
  const { timeline, client } = await world({ latency: 5 });
  const result = await settle(timeline, client.ping(SERVER, { count: 3, size: 100, interval: 10 }));
  expect(result).toMatchObject({ sent: 3, received: 3 });
  expect(result.results[1]).toMatchObject({ roundTrip: 10, octets: 100 });
  const lost = await settle(timeline, client.ping("10.0.0.99", { timeout: 30_000 }));
  expect(lost).toMatchObject({ sent: 1, received: 0, results: [{ code: "EHOSTUNREACH" }] });
  expect(await codeOf(timeline, client.ping("192.0.2.1"), 1)).toBe("ENETUNREACH");
});

test("addresses, routes and gateways change at run time", async () => {
  const { timeline, client, server } = await world();
  const changes: string[] = [];
  client.on("address", ({ kind, prefix }) => changes.push(`${kind} ${prefix}`));
  client.addAddress("10.9.0.1/24");
  server.addAddress("10.9.0.2/24");
  await timeline.run(10);
  expect((await settle(timeline, client.ping("10.9.0.2"))).received).toBe(1);
  client.setGateway("10.0.0.2");
  client.addRoute({ destination: "192.0.2.0/24", gateway: "10.9.0.2" });
  expect(client.routes().map(({ destination, gateway }) => `${destination} ${gateway}`)).toContain(
    "192.0.2.0/24 10.9.0.2",
  );
  client.setGateway(null);
  client.removeAddress("10.9.0.1");
  expect(await codeOf(timeline, client.ping("10.9.0.2"), 1)).toBe("ENETUNREACH");
  expect(changes).toEqual(["added 10.9.0.1/24", "removed 10.9.0.1/24"]);
  expect(client.addresses().map(({ address }) => String(address))).toEqual([CLIENT]);
});

test("probing: an address that is taken stays off, and an event says so", async () => {
  const timeline = new Timeline();
  const [near, far] = simulatedLink(timeline);
  const owner = await stackOn(timeline, near, { name: "owner", ipv4: "10.0.0.5/24" });
  const late = await stackOn(timeline, far, {
    name: "late",
    ipv4: "10.0.0.5/24",
    conflictDetection: "probe",
  });
  const conflicts: string[] = [];
  late.on("conflict", ({ address, mac }) => conflicts.push(`${address} ${mac}`));
  expect(late.addresses()[0]).toMatchObject({ state: "tentative" });
  await timeline.run(15_000);
  expect(conflicts[0]).toBe(`10.0.0.5 ${owner.mac}`);
  expect(late.addresses()).toMatchObject([{ state: "duplicate" }]);
  expect(await codeOf(timeline, late.ping("10.0.0.9"), 1)).toBe("ENETUNREACH");
  expect(owner.addresses()).toHaveLength(1);
});

test("probing: an address that is free becomes usable", async () => {
  const timeline = new Timeline();
  const [, far] = simulatedLink(timeline);
  const stack = await stackOn(timeline, far, { ipv4: "10.0.0.5/24", conflictDetection: "probe" });
  await timeline.run(15_000);
  expect(stack.addresses()[0]).toMatchObject({ state: "preferred" });
});

test("a link that comes back is told our addresses again, and the events say what happened", async () => {
  const timeline = new Timeline();
  const [near, far] = simulatedLink(timeline);
  const stack = await stackOn(timeline, far, { ipv4: "10.0.0.5/24" });
  const peer = new RawPeer(near, []);
  const links: boolean[] = [];
  stack.on("link", ({ up }) => links.push(up));
  await timeline.run(10_000);
  peer.arp.length = 0;
  near.unplug();
  await timeline.run(1000);
  near.plug();
  await timeline.run(1000);
  expect(links).toEqual([false, true]);
  expect(peer.arp[0]).toMatchObject({
    operation: "request",
    senderAddress: "10.0.0.5",
    targetAddress: "10.0.0.5",
  });
});

test("serve: a handler that rejects aborts its own flow and is counted", async () => {
  const { timeline, client, server } = await world();
  const listener = server.tcp.listen(80);
  const serving = listener.serve(async (flow) => {
    await flow.readExactly(1);
    throw new Error("handler fault");
  });
  const flow = await settle(timeline, client.tcp.connect({ host: SERVER, port: 80 }));
  await settle(timeline, flow.write("x"));
  expect(await codeOf(timeline, flow.read(new Uint8Array(1)))).toBe("ECONNRESET");
  expect(server.stats()["stack"]).toMatchObject({ handlerFailures: 1 });
  await listener.close();
  await settle(timeline, serving);
});

test("a closed listener ends its iteration, rejects accept with ECONNABORTED and frees the port", async () => {
  const { timeline, server } = await world();
  const listener = server.tcp.listen(80);
  expect(() => server.tcp.listen(80)).toThrow(/EADDRINUSE/);
  const outcome = codeOf(timeline, listener.accept());
  const seen = (async () => {
    for await (const flow of listener) void flow;
    return "ended";
  })();
  await listener.close();
  expect(await outcome).toBe("ECONNABORTED");
  expect(await settle(timeline, seen)).toBe("ended");
  await server.tcp.listen(80).close();
});

test("the MAC address depends on the name alone: stable, local, unicast", () => {
  expect(String(macOfName("service"))).toBe(String(macOfName("service")));
  const macs = new Set(Array.from({ length: 1000 }, (_, i) => String(macOfName(`host${i}`))));
  expect(macs.size).toBe(1000);
  for (const mac of macs) expect(Number.parseInt(mac.slice(0, 2), 16) & 3).toBe(2);
});

test("options that are wrong throw at once and name what was wrong", () => {
  const [device] = simulatedLink(new Timeline());
  expect(() => createStack({} as never)).toThrow(/device/);
  expect(() => createStack({ device, ipv4: "10.0.0.0/24" })).toThrow(/10.0.0.0\/24/);
  expect(() => createStack({ device, ipv4: "224.0.0.1/24" })).toThrow(/224.0.0.1/);
  expect(() => createStack({ device, ipv4: "10.0.0.2/24", gateway: "10.1.0.1" })).toThrow(/gateway/);
  expect(() => createStack({ device, mac: "01:00:00:00:00:01" })).toThrow(/mac/);
  expect(() => createStack({ device, ipv4: null as never })).toThrow(/ipv4 is null/);
});

test("options that a layer refuses leave nothing running: no timer, no answer, the device closed", async () => {
  const timeline = new Timeline();
  const [near, far] = simulatedLink(timeline);
  const other = await stackOn(timeline, near, { ipv4: "10.0.0.1/24" });
  const ipv4 = Array.from({ length: 17 }, (_, i) => `10.0.0.${i + 2}/24`);
  const parameters = { arp: { addressCapacity: 16 } };
  expect(() => stackOn(timeline, far, { ipv4, parameters })).toThrow(/more than the 16 addresses/);
  await timeline.run(1000);
  expect(far.closed).toBe(true);
  expect(await settle(timeline, other.ping("10.0.0.2"))).toMatchObject({ received: 0 });
  await settle(timeline, other.kill({ timeout: 0 }));
  await timeline.run(1000);
  expect(timeline.peek()).toBeNull();
});

test("ping refuses at once what no echo request can be", async () => {
  const { client } = await world();
  expect(() => client.ping(SERVER, { size: 65_508 })).toThrow(/size must be a whole number from 0 to 65507/);
  expect(() => client.ping(SERVER, { size: -1 })).toThrow(/size/);
  expect(() => client.ping(SERVER, { hopLimit: 256 })).toThrow(
    /hopLimit must be a whole number from 1 to 255/,
  );
  expect(() => client.ping(SERVER, { count: 0 })).toThrow(/count/);
});
