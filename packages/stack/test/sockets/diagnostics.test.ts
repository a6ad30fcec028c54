import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { simulatedLink, Timeline } from "@mnet/simulation";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TcpStateMessage, TcpTimeoutMessage } from "../../src/index.ts";
import { RawPeer } from "../support/raw-peer.ts";
import { CLIENT, codeOf, SERVER, settle, stackOn, world } from "../support/world.ts";

describe("channels of node:diagnostics_channel", () => {
  let states: string[];
  let timeouts: TcpTimeoutMessage[];
  const stateChanged = (message: unknown): void => {
    const { stack, local, remote, from, to, error } = message as TcpStateMessage;
    states.push(`${stack} :${local.port} :${remote.port} ${from} ${to}${error === null ? "" : ` ${error}`}`);
  };
  const timedOut = (message: unknown): void => void timeouts.push(message as TcpTimeoutMessage);
  beforeEach(() => {
    states = [];
    timeouts = [];
    subscribe("mnet.tcp.state", stateChanged);
    subscribe("mnet.tcp.timeout", timedOut);
  });
  afterEach(() => {
    unsubscribe("mnet.tcp.state", stateChanged);
    unsubscribe("mnet.tcp.timeout", timedOut);
  });
  const of = (stack: string): string[] => states.filter((line) => line.startsWith(`${stack} `));

  test("mnet.tcp.state: both ends, from the handshake to TIME-WAIT and CLOSED", async () => {
    const { timeline, client, server } = await world();
    const listener = server.tcp.listen(80);
    const accepting = listener.accept();
    const near = await settle(timeline, client.tcp.connect({ host: SERVER, port: 80 }));
    const far = await settle(timeline, accepting);
    near.shutdown("write");
    await settle(timeline, far.read(new Uint8Array(1)));
    await settle(timeline, far.close());
    await settle(timeline, near.close());
    const port = near.local.port;
    const steps = (stack: string, ends: string, list: readonly string[]): string[] =>
      list.map((step) => `${stack} ${ends} ${step}`);
    expect(of("client")).toEqual(
      steps("client", `:${port} :80`, [
        "CLOSED SYN-SENT",
        "SYN-SENT ESTABLISHED",
        "ESTABLISHED FIN-WAIT-1",
        "FIN-WAIT-1 FIN-WAIT-2",
        "FIN-WAIT-2 TIME-WAIT",
      ]),
    );
    expect(of("server")).toEqual(
      steps("server", `:80 :${port}`, [
        "CLOSED SYN-RECEIVED",
        "SYN-RECEIVED ESTABLISHED",
        "ESTABLISHED CLOSE-WAIT",
        "CLOSE-WAIT LAST-ACK",
        "LAST-ACK CLOSED",
      ]),
    );
    expect(timeouts).toEqual([]);
  });

  test("why a connection is CLOSED", async () => {
    const { timeline, client } = await world();
    expect(await codeOf(timeline, client.tcp.connect({ host: SERVER, port: 81 }))).toBe("ECONNREFUSED");
    expect(of("client").at(-1)).toMatch(/ :81 SYN-SENT CLOSED ECONNREFUSED$/);
  });

  test("mnet.tcp.timeout: each expiry of the retransmission timer, with the next time to wait", async () => {
    const timeline = new Timeline({ seed: 1 });
    const [near, far] = simulatedLink(timeline, { latency: 1 });
    const client = await settle(timeline, stackOn(timeline, near, { name: "client", ipv4: `${CLIENT}/24` }));
    // There, and silent.
    new RawPeer(far, [SERVER]);
    const connecting = codeOf(timeline, client.tcp.connect({ host: SERVER, port: 80 }, { timeout: 8000 }));
    expect(await connecting).toBe("ETIMEDOUT");
    expect(timeouts).toMatchObject([
      { stack: "client", remote: { port: 80 }, retransmissions: 1, retransmissionTimeout: 2000 },
      { stack: "client", remote: { port: 80 }, retransmissions: 2, retransmissionTimeout: 4000 },
      { stack: "client", remote: { port: 80 }, retransmissions: 3, retransmissionTimeout: 8000 },
    ]);
  });
});
