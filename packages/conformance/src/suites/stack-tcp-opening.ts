import type { SuiteApi } from "./api.ts";
import { held, type StackCase, thrownBy } from "./stack-bench.ts";

export function openingCases(api: SuiteApi, test: StackCase): void {
  addressCases(api, test);
  outcomeCases(api, test);
  argumentCases(api, test);
}

function addressCases(api: SuiteApi, test: StackCase): void {
  test("both ends of a connection know each other's addresses", async (bench) => {
    const { near, far } = await bench.connect();
    const { clientAddress, serverAddress } = bench.under;
    api.expect([String(near.remote.address), near.remote.port]).toEqual([serverAddress, bench.service]);
    api.expect(String(near.local.address)).toBe(clientAddress);
    api.expect(String(far.remote.address)).toBe(clientAddress);
    api.expect(far.remote.port).toBe(near.local.port);
    api.expect([String(far.local.address), far.local.port]).toEqual([serverAddress, bench.service]);
    const { local, remote } = near.peers();
    api.expect([local, remote]).toEqual([near.local, near.remote]);
  });

  test("where a connection leaves from can be said", async (bench) => {
    const listener = bench.server.tcp.listen(bench.service);
    const from = { localHost: bench.under.clientAddress, localPort: bench.nobody };
    const { near, far } = await bench.connectTo(listener, { ...bench.there, ...from });
    api.expect([String(near.local.address), near.local.port]).toEqual([from.localHost, from.localPort]);
    api.expect(far.remote.port).toBe(from.localPort);
    const again = bench.client.tcp.connect({ ...bench.there, ...from });
    api.expect(await bench.outcome(again)).toBe("EADDRINUSE");
    const foreign = bench.client.tcp.connect({ ...bench.there, localHost: bench.under.unreachable });
    api.expect(await bench.outcome(foreign)).toBe("EADDRNOTAVAIL");
  });
}

function outcomeCases(api: SuiteApi, test: StackCase): void {
  test("where nobody listens is ECONNREFUSED, where no way leads ENETUNREACH", async (bench) => {
    const host = bench.under.serverAddress;
    const refused = bench.client.tcp.connect({ host, port: bench.nobody });
    api.expect(await bench.outcome(refused)).toBe("ECONNREFUSED");
    const nowhere = bench.client.tcp.connect({ host: bench.under.unreachable, port: bench.service });
    api.expect(await bench.outcome(nowhere)).toBe("ENETUNREACH");
  });

  test("nobody connects to the unspecified address, or to a group (RFC 9293 MUST-46)", async (bench) => {
    const v6 = bench.under.serverAddress.includes(":");
    for (const host of v6 ? ["::", "ff02::1"] : ["0.0.0.0", "224.0.0.1", "255.255.255.255"]) {
      const connecting = bench.client.tcp.connect({ host, port: bench.service });
      api.expect(await bench.outcome(connecting)).toBe("ENETUNREACH");
    }
  });

  test("connecting ends with the reason of its signal, before or after it began", async (bench) => {
    const abort = new AbortController();
    const connecting = held(bench.client.tcp.connect(bench.there, { signal: abort.signal }));
    abort.abort(new RangeError("changed my mind"));
    api.expect(await bench.outcome(connecting)).toBe("RangeError");
    const late = bench.client.tcp.connect(bench.there, { signal: abort.signal });
    api.expect(await bench.outcome(late)).toBe("RangeError");
  });

  test("a signal that aborts once the connection is open changes nothing", async (bench) => {
    const abort = new AbortController();
    const accepted = held(bench.server.tcp.listen(bench.service).accept());
    const near = await bench.settle(bench.client.tcp.connect(bench.there, { signal: abort.signal }));
    const far = await bench.settle(accepted);
    abort.abort();
    await bench.settle(near.write("still open"));
    api.expect(await bench.readText(far, 10)).toBe("still open");
  });

  test("connecting ends with ETIMEDOUT when its time is over", async (bench) => {
    const { silent } = bench.under;
    if (silent === undefined) return;
    const connecting = bench.client.tcp.connect({ host: silent, port: bench.service }, { timeout: 100 });
    api.expect(await bench.outcome(connecting)).toBe("ETIMEDOUT");
  });

  test("no time is too long for connecting, and Infinity is for ever", async (bench) => {
    const { silent } = bench.under;
    const listener = bench.server.tcp.listen(bench.service);
    for (const timeout of [2 ** 31, Number.POSITIVE_INFINITY]) {
      const accepted = held(listener.accept());
      await bench.settle(bench.client.tcp.connect(bench.there, { timeout }));
      await bench.settle(accepted);
      if (silent === undefined) continue;
      const abort = new AbortController();
      const to = { host: silent, port: bench.service };
      const waiting = held(bench.client.tcp.connect(to, { timeout, signal: abort.signal }));
      await bench.under.quiet();
      abort.abort(new RangeError("enough"));
      api.expect(await bench.outcome(waiting)).toBe("RangeError");
    }
  });
}

function argumentCases(api: SuiteApi, test: StackCase): void {
  test("wrong arguments throw at once", async ({ client, there }) => {
    const connect = (change: object, control = {}) =>
      thrownBy(() => held(client.tcp.connect({ ...there, ...change }, control)));
    api.expect(connect({ host: "localhost" })).toBe("RangeError");
    api.expect(connect({ host: 7 })).toBe("TypeError");
    api.expect(connect({ port: 0 })).toBe("RangeError");
    api.expect(connect({ port: 65_536 })).toBe("RangeError");
    api.expect(connect({ localPort: -1 })).toBe("RangeError");
    api.expect(connect({ localHost: "" })).toBe("RangeError");
    api.expect(connect({}, { timeout: 0 })).toBe("RangeError");
  });

  test("options of a connection: what is not supported is ENOTSUP", async (bench) => {
    const { supports } = bench.client;
    const listener = bench.server.tcp.listen(bench.service);
    const options: [object, boolean][] = [
      [{ noDelay: true, keepAlive: true }, true],
      [{ keepAlive: { idle: 60_000 } }, true],
      [{ keepAlive: { interval: 1000, probes: 3 } }, supports.keepAliveTiming],
      [{ userTimeout: 10_000 }, supports.userTimeout],
      [{ hopLimit: 8 }, supports.headerFields],
      [{ trafficClass: 0x28 }, supports.headerFields],
    ];
    for (const [option, can] of options) {
      if (can) {
        const { near, far } = await bench.connectTo(listener, { ...bench.there, ...option });
        await bench.settle(near.write("x"));
        api.expect(await bench.readText(far, 1)).toBe("x");
      } else {
        const connecting = bench.client.tcp.connect({ ...bench.there, ...option });
        api.expect(await bench.outcome(connecting)).toBe("ENOTSUP");
      }
    }
  });

  test("noDelay and keepAlive can be changed, info says what there is to say", async (bench) => {
    const { near, far } = await bench.connect();
    near.setNoDelay(true);
    near.setKeepAlive(true);
    near.setKeepAlive({ idle: 5000 });
    near.setKeepAlive(false);
    const timing = thrownBy(() => near.setKeepAlive({ interval: 1000 }));
    api.expect(timing).toBe(bench.client.supports.keepAliveTiming ? "nothing" : "ENOTSUP");
    await bench.settle(near.write("still there"));
    api.expect(await bench.readText(far, 11)).toBe("still there");
    const values = Object.values(near.info());
    api.expect(values.length).toBeGreaterThan(0);
    api.expect(values.every((value) => ["number", "string", "boolean"].includes(typeof value))).toBe(true);
  });
}
