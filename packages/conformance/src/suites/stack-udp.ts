import { streamOctets } from "../model/stream-content.ts";
import type { SuiteApi } from "./api.ts";
import { held, type StackBench, type StackCase, same, text, thrownBy } from "./stack-bench.ts";

export function udpCases(api: SuiteApi, test: StackCase): void {
  exchangeCases(api, test);
  bindCases(api, test);
  connectedCases(api, test);
  unheardCases(api, test);
  outcomeCases(api, test);
  endCases(api, test);
}

/** 65 535 octets without the headers that the length counts: IPv4's is in it, IPv6's is not. */
function largest(bench: StackBench): number {
  return bench.under.serverAddress.includes(":") ? 65_527 : 65_507;
}

function exchangeCases(api: SuiteApi, test: StackCase): void {
  test("datagrams keep their bounds and their order, and say who sent them", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    for (const word of ["one", "", "three"]) await bench.settle(near.send(word, bench.there));
    const words: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { data, remote, local, truncated } = await bench.settle(far.recv());
      words.push(text(data));
      api.expect([String(remote.address), remote.port]).toEqual([bench.under.clientAddress, near.local.port]);
      api.expect([local.port, truncated]).toEqual([bench.service, false]);
      if (bench.server.supports.datagramDestination)
        api.expect(String(local.address)).toBe(bench.under.serverAddress);
    }
    api.expect(words).toEqual(["one", "", "three"]);
  });

  test("the largest datagram arrives whole and can be answered to where it came from", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    const octets = streamOctets(3, 0, largest(bench));
    await bench.settle(near.send(octets, bench.there));
    const received = await bench.settle(far.recv());
    api.expect(same(received.data, octets)).toBe(true);
    await bench.settle(far.send("thanks", received.remote));
    api.expect(text((await bench.settle(near.recv())).data)).toBe("thanks");
  });

  test("what is sent may be changed at once, what is received is the receiver's", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    const octets = new Uint8Array(1000);
    const sending: Promise<void>[] = [];
    for (let value = 1; value <= 8; value++) sending.push(near.send(octets.fill(value), bench.there));
    await bench.settle(Promise.all(sending));
    const kept: Uint8Array[] = [];
    for (let i = 0; i < 8; i++) kept.push((await bench.settle(far.recv())).data);
    api.expect(kept.map((data) => data[0])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    api.expect(kept.every((data) => data.every((octet) => octet === data[0]))).toBe(true);
  });

  test("the receive buffer is bounded: the newest is dropped, the first always fits", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service, receiveBuffer: 1 });
    const near = bench.client.udp.bind();
    for (const word of ["kept", "dropped", "dropped"]) await bench.settle(near.send(word, bench.there));
    await bench.under.quiet();
    api.expect(text((await bench.settle(far.recv())).data)).toBe("kept");
    await bench.settle(near.send("after", bench.there));
    api.expect(text((await bench.settle(far.recv())).data)).toBe("after");
  });
}

function bindCases(api: SuiteApi, test: StackCase): void {
  test("a port has one socket, free again after close; 0 or nothing chooses one", async (bench) => {
    const { udp } = bench.client;
    const socket = udp.bind({ port: bench.service });
    api.expect(thrownBy(() => udp.bind({ port: bench.service }))).toBe("EADDRINUSE");
    await bench.settle(socket.close());
    await bench.settle(socket.close());
    udp.bind({ port: bench.service });
    const chosen = udp.bind({ port: 0 }).local.port;
    api.expect(chosen).toBeGreaterThan(0);
    api.expect(thrownBy(() => udp.bind({ port: chosen }))).toBe("EADDRINUSE");
  });

  test("a port at one address is a port at every address, too", async (bench) => {
    const { udp } = bench.client;
    const host = bench.under.clientAddress;
    udp.bind({ port: bench.service });
    api.expect(thrownBy(() => udp.bind({ port: bench.service, host }))).toBe("EADDRINUSE");
    udp.bind({ port: bench.nobody, host });
    api.expect(thrownBy(() => udp.bind({ port: bench.nobody }))).toBe("EADDRINUSE");
  });

  test("several sockets share a port where all say so", async (bench) => {
    const { udp } = bench.client;
    udp.bind({ port: bench.service, reuse: true });
    udp.bind({ port: bench.service, reuse: true });
    api.expect(thrownBy(() => udp.bind({ port: bench.service }))).toBe("EADDRINUSE");
  });

  test("binds to one address, if it is the stack's", async (bench) => {
    const { clientAddress, unreachable } = bench.under;
    const near = bench.client.udp.bind({ host: clientAddress });
    api.expect(String(near.local.address)).toBe(clientAddress);
    const far = bench.server.udp.bind({ port: bench.service });
    await bench.settle(near.send("from there", bench.there));
    api.expect(String((await bench.settle(far.recv())).remote.address)).toBe(clientAddress);
    api.expect(thrownBy(() => bench.client.udp.bind({ host: unreachable }))).toBe("EADDRNOTAVAIL");
  });

  test("wrong arguments throw at once", async (bench) => {
    const bind = (options: object) => thrownBy(() => bench.client.udp.bind(options));
    api.expect(bind({ port: -1 })).toBe("RangeError");
    api.expect(bind({ host: "here" })).toBe("RangeError");
    api.expect(bind({ host: 5 })).toBe("TypeError");
    const socket = bench.client.udp.bind();
    const send = (data: unknown, to: unknown) =>
      thrownBy(() => held(socket.send(data as never, to as never)));
    api.expect(send([1], bench.there)).toBe("TypeError");
    api.expect(send("x", 7)).toBe("TypeError");
    api.expect(send("x", { ...bench.there, port: 0 })).toBe("RangeError");
    api.expect(send("x", { ...bench.there, host: "there" })).toBe("RangeError");
    api.expect(thrownBy(() => socket.connect({ ...bench.there, port: 0 }))).toBe("RangeError");
  });
}

function connectedCases(api: SuiteApi, test: StackCase): void {
  test("a connected socket hears its peer alone, until it is disconnected", async (bench) => {
    const [peer, other] = [bench.server.udp.bind({ port: bench.service }), bench.server.udp.bind()];
    const near = bench.client.udp.bind();
    api.expect(near.remote).toBe(null);
    near.connect(bench.there);
    api
      .expect([String(near.remote?.address), near.remote?.port])
      .toEqual([bench.there.host, bench.there.port]);
    api.expect(String(near.local.address)).toBe(bench.under.clientAddress);
    const to = { host: bench.under.clientAddress, port: near.local.port };
    await bench.settle(other.send("not for you", to));
    await bench.settle(peer.send("for you", to));
    api.expect(text((await bench.settle(near.recv())).data)).toBe("for you");
    await bench.settle(near.send("hello"));
    api.expect(text((await bench.settle(peer.recv())).data)).toBe("hello");
    near.disconnect();
    api.expect([near.remote, near.local.port]).toEqual([null, to.port]);
    await bench.settle(other.send("now you hear me", to));
    api.expect(text((await bench.settle(near.recv())).data)).toBe("now you hear me");
    api.expect(await bench.outcome(near.send("x"))).toBe("ENOTCONN");
  });

  test("a connected socket sends elsewhere when told to, and can be connected anew", async (bench) => {
    const [peer, other] = [bench.server.udp.bind({ port: bench.service }), bench.server.udp.bind()];
    const near = bench.client.udp.bind();
    near.connect(bench.there);
    const elsewhere = { host: bench.under.serverAddress, port: other.local.port };
    await bench.settle(near.send("elsewhere", elsewhere));
    const { data, remote } = await bench.settle(other.recv());
    api.expect([text(data), remote.port]).toEqual(["elsewhere", near.local.port]);
    await bench.settle(near.send("still connected"));
    api.expect(text((await bench.settle(peer.recv())).data)).toBe("still connected");
    near.connect(elsewhere);
    await bench.settle(near.send("anew"));
    api.expect(text((await bench.settle(other.recv())).data)).toBe("anew");
  });

  test("where nobody receives is ECONNREFUSED on a connected socket, once", async (bench) => {
    const near = bench.client.udp.bind();
    near.connect({ host: bench.under.serverAddress, port: bench.nobody });
    await bench.settle(near.send("anyone?"));
    api.expect(await bench.outcome(near.recv())).toBe("ECONNREFUSED");
    const far = bench.server.udp.bind({ port: bench.nobody });
    await bench.settle(near.send("and now?"));
    api.expect(text((await bench.settle(far.recv())).data)).toBe("and now?");
  });
}

function unheardCases(api: SuiteApi, test: StackCase): void {
  test("where nobody receives is no error of a socket that is not connected", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    await bench.settle(near.send("anyone?", { host: bench.under.serverAddress, port: bench.nobody }));
    await bench.under.quiet();
    const receiving = held(near.recv());
    api.expect(await bench.outcome(near.send("and you?", bench.there))).toBe("resolved");
    const { remote } = await bench.settle(far.recv());
    await bench.settle(far.send("me", remote));
    api.expect(text((await bench.settle(receiving)).data)).toBe("me");
  });

  test("what was sent before the close still goes", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    const sending = held(near.send("goodbye", bench.there));
    held(near.close());
    api.expect(await bench.outcome(sending)).toBe("resolved");
    api.expect(text((await bench.settle(far.recv())).data)).toBe("goodbye");
  });

  test("an aborted recv takes no datagram, nor does one that comes too late", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service });
    const abort = new AbortController();
    const { signal } = abort;
    const aborted = held(far.recv({ signal }));
    abort.abort(new TypeError("enough"));
    await bench.settle(bench.client.udp.bind().send("kept", bench.there));
    await bench.under.quiet();
    api.expect(await bench.outcome(aborted)).toBe("TypeError");
    api.expect(await bench.outcome(far.recv({ signal }))).toBe("TypeError");
    api.expect(text((await bench.settle(far.recv())).data)).toBe("kept");
  });
}

function outcomeCases(api: SuiteApi, test: StackCase): void {
  test("what cannot be sent is rejected by name", async (bench) => {
    const socket = bench.client.udp.bind();
    const tooLarge = socket.send(new Uint8Array(largest(bench) + 1), bench.there);
    api.expect(await bench.outcome(tooLarge)).toBe("EMSGSIZE");
    api.expect(await bench.outcome(socket.send("x"))).toBe("ENOTCONN");
    const nowhere = { host: bench.under.unreachable, port: bench.service };
    api.expect(await bench.outcome(socket.send("x", nowhere))).toBe("ENETUNREACH");
    api.expect(thrownBy(() => socket.connect(nowhere))).toBe("ENETUNREACH");
  });

  test("nobody sends to the unspecified address (RFC 1122 3.2.1.3, RFC 4291 2.5.2)", async (bench) => {
    const socket = bench.client.udp.bind();
    const itself = { host: bench.under.serverAddress.includes(":") ? "::" : "0.0.0.0", port: bench.service };
    api.expect(await bench.outcome(socket.send("x", itself))).toBe("ENETUNREACH");
    api.expect(thrownBy(() => socket.connect(itself))).toBe("ENETUNREACH");
  });

  test("a connect that fails leaves the peer that there was", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    near.connect(bench.there);
    const { local } = near;
    api
      .expect(thrownBy(() => near.connect({ ...bench.there, host: bench.under.unreachable })))
      .toBe("ENETUNREACH");
    api.expect([String(near.remote?.address), near.local]).toEqual([bench.there.host, local]);
    await bench.settle(near.send("still you"));
    api.expect(text((await bench.settle(far.recv())).data)).toBe("still you");
  });

  test("what a header can say: what is not supported is ENOTSUP", async (bench) => {
    const { supports } = bench.client;
    const far = bench.server.udp.bind({ port: bench.service });
    const options: [object, boolean][] = [
      [{ hopLimit: 9 }, supports.headerFields],
      [{ trafficClass: 0x28 }, supports.headerFields],
      [{ dontFragment: true }, supports.dontFragment],
    ];
    for (const [option, can] of options) {
      if (can) {
        await bench.settle(bench.client.udp.bind(option).send("x", bench.there));
        await bench.settle(far.recv());
      } else {
        api.expect(thrownBy(() => bench.client.udp.bind(option))).toBe("ENOTSUP");
      }
    }
  });
}

function endCases(api: SuiteApi, test: StackCase): void {
  test("recv ends with the reason of its signal, and with ECONNABORTED when the socket closes", async (bench) => {
    const socket = bench.client.udp.bind();
    const abort = new AbortController();
    const aborted = held(socket.recv({ signal: abort.signal }));
    const waiting = held(socket.recv());
    abort.abort(new TypeError("enough"));
    api.expect(await bench.outcome(aborted)).toBe("TypeError");
    await bench.settle(socket.close());
    api.expect(await bench.outcome(waiting)).toBe("ECONNABORTED");
    api.expect(await bench.outcome(socket.recv())).toBe("ECONNABORTED");
    api.expect(await bench.outcome(socket.send("x", bench.there))).toBe("ECONNABORTED");
    api.expect(thrownBy(() => socket.connect(bench.there))).toBe("ECONNABORTED");
    await bench.settle(socket[Symbol.asyncDispose]());
  });

  test("concurrent recvs get different datagrams, in order", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    const receiving = [held(far.recv()), held(far.recv())];
    for (const word of ["first", "second"]) await bench.settle(near.send(word, bench.there));
    const words = (await bench.settle(Promise.all(receiving))).map(({ data }) => text(data));
    api.expect(words).toEqual(["first", "second"]);
  });

  test("iterates over datagrams until it is closed", async (bench) => {
    const far = bench.server.udp.bind({ port: bench.service });
    const near = bench.client.udp.bind();
    const words: string[] = [];
    const iterating = held(
      (async () => {
        for await (const { data } of far) {
          words.push(text(data));
          if (words.length === 2) await far.close();
        }
      })(),
    );
    for (const word of ["one", "two"]) await bench.settle(near.send(word, bench.there));
    await bench.settle(iterating);
    api.expect(words).toEqual(["one", "two"]);
  });
}
