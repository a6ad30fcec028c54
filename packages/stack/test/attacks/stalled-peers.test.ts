import { defaultParameters } from "@mnet/tcp";
import { expect, test } from "vitest";
import type { RawConnection } from "../support/attacker.ts";
import { type Siege, siege } from "../support/siege.ts";
import { octets, settle } from "../support/world.ts";

/** Peers that hold a window at zero or read ever so slowly (sockstress, CVE-2008-4609). */

const { sendBuffer } = defaultParameters;
const CONNECTIONS = 30;

/** Answers whatever comes for the connection, with the window closed: MUST-37 keeps such a connection for ever. */
function hold(attacked: Siege, connections: readonly RawConnection[]): void {
  const byPort = new Map(connections.map((connection) => [connection.port, connection]));
  for (const { tcp } of attacked.attacker.takeTcp()) {
    byPort.get(tcp.destinationPort)?.send("A", undefined, { window: 0 });
  }
}

async function stalled(userTimeout?: number) {
  const attacked = await siege();
  const { attacker, timeline, victim } = attacked;
  const listener = victim.tcp.listen({ port: 8, ...(userTimeout === undefined ? {} : { userTimeout }) });
  const outcomes: string[] = [];
  void listener
    .serve(async (flow) => {
      try {
        await flow.write(octets(2 * sendBuffer));
        outcomes.push("written");
      } catch (error) {
        outcomes.push((error as { code: string }).code);
      }
    })
    .catch(() => {});
  const connections: RawConnection[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    connections.push(
      await attacker.connect(timeline, { destinationPort: 8, sourcePort: 5000 + i, window: 0 }),
    );
  }
  return { ...attacked, connections, outcomes };
}

test("each holds its send buffer and not an octet more, however long; others are served", async () => {
  const attacked = await stalled();
  const { timeline, connections, count, serves } = attacked;
  for (let minute = 0; minute < 30; minute++) {
    await timeline.run(60_000);
    hold(attacked, connections);
    expect(count("tcp", "ringOctets")).toBeLessThanOrEqual(CONNECTIONS * sendBuffer);
  }
  expect(count("tcp", "connections")).toBe(CONNECTIONS);
  expect(count("tcp", "windowProbes")).toBeGreaterThan(0);
  // With an interval that grows to a minute: 30 connections x 30 minutes, and the first few of each.
  expect(count("tcp", "windowProbes")).toBeLessThanOrEqual(CONNECTIONS * 40);
  expect(await serves()).toBe(true);
});

test("a user timeout ends them, window updates of zero notwithstanding, and frees everything", async () => {
  const attacked = await stalled(120_000);
  const { timeline, connections, count, outcomes } = attacked;
  for (let i = 0; i < 14; i++) {
    await timeline.run(10_000);
    hold(attacked, connections);
  }
  expect(outcomes).toEqual(new Array(CONNECTIONS).fill("ETIMEDOUT"));
  expect(count("tcp", "connections")).toBe(0);
  expect(count("tcp", "ringOctets")).toBe(0);
  expect(count("tcp", "timers")).toBe(0);
});

test("without a user timeout a peer that stops answering ends by itself (R2)", async () => {
  const { timeline, count, outcomes } = await stalled();
  await timeline.run(30 * 60_000);
  expect(outcomes).toEqual(new Array(CONNECTIONS).fill("ETIMEDOUT"));
  expect(count("tcp", "ringOctets")).toBe(0);
});

test("a slow reader holds the writer back; nothing piles up in between", async () => {
  const { attacker, timeline, victim, count } = await siege();
  const listener = victim.tcp.listen(8);
  const accepted = listener.accept();
  const raw = await attacker.connect(timeline, { destinationPort: 8, window: 1000 });
  const flow = await settle(timeline, accepted);
  let written = false;
  void flow.write(octets(4 * sendBuffer)).then(
    () => {
      written = true;
    },
    () => {},
  );
  for (let second = 0; second < 60; second++) {
    await timeline.run(1000);
    for (const { payload, sequence } of raw.take()) {
      if (payload.length > 0) raw.acknowledgment = (sequence + payload.length) >>> 0;
    }
    raw.send("A");
    expect(count("tcp", "ringOctets")).toBeLessThanOrEqual(sendBuffer);
  }
  expect(written).toBe(false);
});

test("an application that does not read closes the window; the peer's flood is not kept beyond the buffer", async () => {
  const { attacker, timeline, victim, count } = await siege();
  const listener = victim.tcp.listen({ port: 8, receiveBuffer: 8192 });
  const accepted = listener.accept();
  const raw = await attacker.connect(timeline, { destinationPort: 8 });
  const flow = await settle(timeline, accepted);
  for (let at = 0; at < 200_000; at += 1000)
    raw.send("A", new Uint8Array(1000), { sequence: raw.sequence + at });
  await timeline.run(1000);
  expect(flow.info()["receiveQueue"]).toBe(8192);
  expect(count("tcp", "ringOctets")).toBe(8192);
  expect(raw.take().at(-1)).toMatchObject({ window: 0 });
});
