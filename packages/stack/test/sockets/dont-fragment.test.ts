import { describe, expect, test } from "vitest";
import { codeOf, FAMILIES, settle, world } from "../support/world.ts";

describe.each(FAMILIES)("IPv%i", (family) => {
  const FITS = family === 4 ? 1472 : 1452;

  test("udp: what does not fit the link is cut, or EMSGSIZE where fragmentation is forbidden", async () => {
    const { timeline, client, server, places } = await world({ family });
    const receiver = server.udp.bind({ port: 9 });
    const to = { host: places.server, port: 9 };
    const strict = client.udp.bind({ dontFragment: true });
    await strict.send(new Uint8Array(FITS), to);
    expect((await settle(timeline, receiver.recv())).data.length).toBe(FITS);
    expect(await codeOf(timeline, strict.send(new Uint8Array(FITS + 1), to), 1)).toBe("EMSGSIZE");
    await client.udp.bind().send(new Uint8Array(FITS + 1), to);
    expect((await settle(timeline, receiver.recv())).data.length).toBe(FITS + 1);
  });

  test("ping: the same; a first request that cannot be sent rejects", async () => {
    const { timeline, client, places } = await world({ family });
    const ping = (size: number) => client.ping(places.server, { size, dontFragment: true });
    expect((await settle(timeline, ping(FITS))).received).toBe(1);
    expect(await codeOf(timeline, ping(FITS + 1), 1)).toBe("EMSGSIZE");
    expect((await settle(timeline, client.ping(places.server, { size: FITS + 1 }))).received).toBe(1);
  });
});

test("ping: when the route goes away in the middle of a series, the answers so far are kept", async () => {
  const { timeline, client, server } = await world();
  client.addAddress("10.9.0.1/24");
  server.addAddress("10.9.0.2/24");
  const series = client.ping("10.9.0.2", { count: 3, interval: 100 });
  await timeline.run(50);
  client.removeAddress("10.9.0.1");
  expect(await settle(timeline, series)).toMatchObject({
    sent: 3,
    received: 1,
    results: [{ octets: 56 }, { code: "ENETUNREACH" }, { code: "ENETUNREACH" }],
  });
});
