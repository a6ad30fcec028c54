import { streamOctets } from "../model/stream-content.ts";
import type { SuiteApi } from "./api.ts";
import { held, NOBODY, SERVICE, text, thrownBy } from "./stack-bench.ts";
import type { StackCase } from "./stack-tcp.ts";

/** 65 535 without the headers of IPv4 and UDP. */
const LARGEST = 65_507;

export function udpCases(api: SuiteApi, test: StackCase): void {
  exchangeCases(api, test);
  outcomeCases(api, test);
}

function exchangeCases(api: SuiteApi, test: StackCase): void {
  test("datagrams keep their bounds and their order, and say who sent them", async (bench) => {
    const far = bench.server.udp.bind({ port: SERVICE });
    const near = bench.client.udp.bind();
    const to = { host: bench.under.serverAddress, port: SERVICE };
    for (const word of ["one", "", "three"]) await bench.settle(near.send(word, to));
    const words: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { data, remote, local } = await bench.settle(far.recv());
      words.push(text(data));
      api.expect([String(remote.address), remote.port]).toEqual([bench.under.clientAddress, near.local.port]);
      api.expect(local.port).toBe(SERVICE);
    }
    api.expect(words).toEqual(["one", "", "three"]);
  });

  test("the largest datagram arrives whole and can be answered to where it came from", async (bench) => {
    const far = bench.server.udp.bind({ port: SERVICE });
    const near = bench.client.udp.bind();
    const octets = streamOctets(3, 0, LARGEST);
    await bench.settle(near.send(octets, { host: bench.under.serverAddress, port: SERVICE }));
    const received = await bench.settle(far.recv());
    api.expect(received.data.length).toBe(LARGEST);
    api.expect(received.data.every((octet, at) => octet === octets[at])).toBe(true);
    await bench.settle(far.send("thanks", received.remote));
    api.expect(text((await bench.settle(near.recv())).data)).toBe("thanks");
  });

  test("a connected socket hears its peer alone", async (bench) => {
    const [peer, other] = [bench.server.udp.bind({ port: SERVICE }), bench.server.udp.bind()];
    const near = bench.client.udp.bind();
    near.connect({ host: bench.under.serverAddress, port: SERVICE });
    const to = { host: bench.under.clientAddress, port: near.local.port };
    await bench.settle(other.send("not for you", to));
    await bench.settle(peer.send("for you", to));
    api.expect(text((await bench.settle(near.recv())).data)).toBe("for you");
    await bench.settle(near.send("hello"));
    api.expect(text((await bench.settle(peer.recv())).data)).toBe("hello");
  });
}

function outcomeCases(api: SuiteApi, test: StackCase): void {
  test("what cannot be sent is rejected by name", async (bench) => {
    const socket = bench.client.udp.bind();
    const to = { host: bench.under.serverAddress, port: SERVICE };
    api.expect(await bench.outcome(socket.send(new Uint8Array(LARGEST + 1), to))).toBe("EMSGSIZE");
    api.expect(await bench.outcome(socket.send("x"))).toBe("ENOTCONN");
    const nowhere = { host: bench.under.unreachable, port: SERVICE };
    api.expect(await bench.outcome(socket.send("x", nowhere))).toBe("ENETUNREACH");
  });

  test("a port has one socket, free again after close", async (bench) => {
    const socket = bench.client.udp.bind({ port: SERVICE });
    api.expect(thrownBy(() => bench.client.udp.bind({ port: SERVICE }))).toBe("EADDRINUSE");
    await bench.settle(socket.close());
    await bench.settle(socket.close());
    bench.client.udp.bind({ port: SERVICE });
    api.expect(thrownBy(() => bench.client.udp.bind({ port: -1 }))).toBe("RangeError");
  });

  test("where nobody receives is ECONNREFUSED on a connected socket", async (bench) => {
    const socket = bench.client.udp.bind();
    socket.connect({ host: bench.under.serverAddress, port: NOBODY });
    await bench.settle(socket.send("anyone?"));
    api.expect(await bench.outcome(socket.recv())).toBe("ECONNREFUSED");
  });

  test("recv ends with the reason of its signal, and with ECONNABORTED when the socket closes", async (bench) => {
    const socket = bench.client.udp.bind();
    const abort = new AbortController();
    const aborted = held(socket.recv({ signal: abort.signal }));
    const waiting = held(socket.recv());
    abort.abort(new TypeError("enough"));
    api.expect(await bench.outcome(aborted)).toBe("TypeError");
    await bench.settle(socket.close());
    api.expect(await bench.outcome(waiting)).toBe("ECONNABORTED");
  });
}
