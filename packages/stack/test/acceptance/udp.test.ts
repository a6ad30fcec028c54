import { describe, expect, test } from "vitest";
import {
  codeOf,
  FAMILIES,
  octets,
  sameOctets,
  settle,
  type WorldOptions,
  world as worldOf,
} from "../support/world.ts";

describe.each(FAMILIES)("IPv%i", (family) => {
  const world = (options: WorldOptions = {}) => worldOf({ family, ...options });

  test.each(family === 4 ? [1500, 1400, 1280, 576] : [1500, 1400, 1280])(
    "10: 65 507 octets of UDP both ways at MTU %i",
    async (mtu) => {
      const { timeline, client, server, places } = await world({ mtu });
      const far = server.udp.bind({ port: 7 });
      const near = client.udp.bind();
      const data = octets(65_507);
      await settle(timeline, near.send(data, { host: places.server, port: 7 }));
      const there = await settle(timeline, far.recv());
      expect(sameOctets(there.data, data)).toBe(true);
      await settle(timeline, far.send(there.data, there.remote));
      expect(sameOctets((await settle(timeline, near.recv())).data, data)).toBe(true);
    },
  );

  test("11: three datagrams before the first recv are all delivered, in order", async () => {
    const { timeline, client, server, places } = await world();
    const far = server.udp.bind({ port: 7 });
    const near = client.udp.bind();
    for (const text of ["one", "two", "three"]) await near.send(text, { host: places.server, port: 7 });
    await timeline.run(100);
    const texts: string[] = [];
    for (let i = 0; i < 3; i++)
      texts.push(new TextDecoder().decode((await settle(timeline, far.recv())).data));
    expect(texts).toEqual(["one", "two", "three"]);
  });

  test("a closed port is ECONNREFUSED on a connected socket, and nothing on an unconnected one", async () => {
    const { timeline, client, places } = await world();
    const connected = client.udp.bind();
    connected.connect({ host: places.server, port: 9 });
    const receiving = connected.recv();
    receiving.catch(() => {});
    await connected.send("anyone?");
    expect(await codeOf(timeline, receiving)).toBe("ECONNREFUSED");

    const free = client.udp.bind();
    let outcome = "pending";
    free.recv().then(
      () => {
        outcome = "received";
      },
      () => {
        outcome = "rejected";
      },
    );
    await free.send("anyone?", { host: places.server, port: 9 });
    await timeline.run(1000);
    expect(outcome).toBe("pending");
  });

  test("sending where no route leads is ENETUNREACH at once, too much is EMSGSIZE", async () => {
    const { timeline, client, places } = await world();
    const socket = client.udp.bind();
    expect(await codeOf(timeline, socket.send("x", { host: places.beyond, port: 9 }), 1)).toBe("ENETUNREACH");
    expect(
      await codeOf(
        timeline,
        socket.send(new Uint8Array(family === 4 ? 65_508 : 65_528), { host: places.server, port: 9 }),
        1,
      ),
    ).toBe("EMSGSIZE");
    expect(() => socket.send("x", { host: "example", port: 9 })).toThrow(RangeError);
    expect(() => client.udp.bind({ port: 70_000 })).toThrow(RangeError);
  });
});
