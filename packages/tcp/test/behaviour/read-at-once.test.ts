import { describe, expect, it } from "vitest";
import type { Application } from "../support/application.ts";
import { opened } from "../support/opened.ts";
import { Pair } from "../support/pair.ts";

/** What is acknowledged when the application has read it, as in Linux (`__tcp_cleanup_rbuf`): its sender may wait for that (Nagle). */

/** A connection past the acknowledgments at once of its beginning. */
function settled(): ReturnType<typeof opened> {
  const opening = opened();
  for (let i = 0; i < 40; i++) {
    opening.peer.send({ flags: "PA", payload: 10 });
    opening.application.read();
    opening.host.advance(1);
  }
  opening.host.advance(100);
  opening.peer.takeAll();
  return opening;
}

/** The same, and the application has just answered. */
function answering(): ReturnType<typeof opened> {
  const opening = settled();
  const { peer, application } = opening;
  peer.send({ flags: "PA", payload: 10 });
  application.read();
  peer.takeAll();
  application.write(10);
  peer.expect({ length: 10 });
  peer.send({ flags: "A" });
  return opening;
}

describe("a small segment", () => {
  it("is acknowledged when all of it was read", () => {
    const { host, peer, application } = settled();
    peer.send({ flags: "PA", payload: 100 });
    host.expectNothing();
    application.read(60);
    host.expectNothing();
    application.read(40);
    peer.expect({ flags: "A", acknowledgment: 501, length: 0 });
    host.advance(1000);
    host.expectNothing();
  });

  it("not by itself while the application answers: the answer carries it", () => {
    const { host, peer, application } = answering();
    peer.send({ flags: "PA", payload: 100 });
    application.read();
    host.expectNothing();
    application.write(10);
    peer.expect({ flags: "A", acknowledgment: 511, length: 10 });
    host.expectNothing();
  });

  it("the second one even then", () => {
    const { host, peer, application } = answering();
    peer.send({ flags: "PA", payload: 100 });
    peer.send({ flags: "PA", payload: 100 });
    host.expectNothing();
    application.read();
    peer.expect({ flags: "A", acknowledgment: 611, length: 0 });
  });

  it("a full one only if it is pushed", () => {
    const { host, peer, application } = settled();
    peer.send({ flags: "A", payload: 1000 });
    application.read();
    host.expectNothing();
    host.advance(100);
    peer.expect({ flags: "A", acknowledgment: 1401 });
    peer.send({ flags: "PA", payload: 1000 });
    application.read();
    peer.expect({ flags: "A", acknowledgment: 2401 });
  });
});

/** One end of a conversation, looked at every millisecond. */
interface Talk {
  readonly pair: Pair;
  readonly client: Application;
  readonly server: Application;
}

function talk(): Talk {
  const pair = new Pair({ latency: 1 });
  let server: Application | null = null;
  const client = pair.open({}, (application) => {
    server = application;
  });
  pair.runUntil(() => server !== null, 5000);
  return { pair, client, server: server! };
}

it("a hundred small writes one way, each after the last: none waits for a delayed acknowledgment", () => {
  const { pair, client, server } = talk();
  const waits: number[] = [];
  for (let i = 0; i < 100; i++) {
    const { now } = pair.client;
    client.write(100);
    for (let until = now; until < now + 7; ) {
      until += 0.5;
      pair.timeline.advance(until - pair.timeline.now());
      if (server.connection.readableOctets > 0) waits.push(server.read() > 0 ? until - now : 0);
    }
  }
  expect(waits).toHaveLength(100);
  expect(Math.max(...waits)).toBeLessThan(3);
});

it.each([
  [0, 102],
  [5, 102],
  [30, 102],
  [100, 151],
])("requests answered after %i ms: reading them costs no segment, %i for fifty", (thinking, segments) => {
  const { pair, client, server } = talk();
  const before = pair.segments;
  for (let i = 0; i < 50; i++) {
    client.write(100);
    pair.runUntil(() => server.connection.readableOctets > 0, 1000);
    server.read();
    if (thinking > 0) pair.timeline.advance(thinking);
    server.write(200);
    pair.runUntil(() => client.connection.readableOctets > 0, 1000);
    client.read();
  }
  expect(pair.segments - before).toBe(segments);
});
