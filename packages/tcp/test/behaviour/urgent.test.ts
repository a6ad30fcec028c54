import type { TcpConnection } from "@mnet/tcp";
import { describe, expect, it } from "vitest";
import { Application } from "../support/application.ts";
import { opened } from "../support/opened.ts";
import { pattern } from "../support/pattern.ts";

/** Urgent data (RFC 9293 3.8.5, MUST-30 to MUST-33, MUST-62), inline (RFC 6093). */

describe("received", () => {
  it("the octets are in the stream; how many are left up to the mark is told (MUST-33)", () => {
    const { peer, application } = opened();
    const { connection } = application;
    peer.send({ flags: "AU", payload: 100, urgentPointer: 40 });
    expect(connection.urgentOctets).toBe(40);
    application.read(30);
    expect(connection.urgentOctets).toBe(10);
    application.read(30);
    expect(connection.urgentOctets).toBe(0);
    expect(application.read()).toBe(40);
  });

  it("the mark may be ahead of what has come, and any length ahead (MUST-31)", () => {
    const { peer, application } = opened();
    peer.send({ flags: "AU", payload: 100, urgentPointer: 65_535 });
    expect(application.connection.urgentOctets).toBe(65_535);
    application.read();
    expect(application.connection.urgentOctets).toBe(65_435);
    peer.send({ flags: "AU", payload: 100, urgentPointer: 65_535 });
    expect(application.connection.urgentOctets).toBe(65_535);
  });

  it("the application hears of a mark, and of each that is further (MUST-32)", () => {
    class Listening extends Application {
      heard: number[] = [];
      urgent(connection: TcpConnection): void {
        this.heard.push(connection.urgentOctets);
      }
    }
    const { host, peer, server } = opened();
    const other = host.peer({ port: 6000 }).open();
    const application = new Listening(host);
    application.attach(server.listener.accept(application)!);
    other.send({ flags: "AU", payload: 10, urgentPointer: 5 });
    other.send({ flags: "AU", payload: 10, urgentPointer: 5 });
    // No further than the last, and behind what was read.
    other.send({ flags: "AU", sequence: 11, payload: 5, urgentPointer: 5 });
    application.read();
    other.send({ flags: "AU", payload: 10, urgentPointer: 0 });
    expect(application.heard).toEqual([5, 15]);
    void peer;
  });

  it("without the URG bit the pointer means nothing", () => {
    const { peer, application } = opened();
    peer.send({ flags: "A", payload: 100, urgentPointer: 40 });
    expect(application.connection.urgentOctets).toBe(0);
  });
});

describe("sent", () => {
  it("segments point one past the last urgent octet until it is acknowledged (MUST-62)", () => {
    const { host, peer, application } = opened({ window: 1000, connection: { noDelay: true } });
    const octets = pattern(0, 2500);
    expect(application.connection.writeUrgent(octets, 0, 2500, host.now)).toBe(2500);
    host.flush();
    const first = peer.expect({ length: 1000 });
    expect([first.flags, first.segment.urgentPointer]).toEqual(["AU", 2500]);
    peer.send({ flags: "A", acknowledgment: 1001, window: 3000 });
    expect(peer.takeAll().map(({ flags, segment }) => [flags, segment.urgentPointer])).toEqual([
      ["AU", 1500],
      ["AU", 500],
    ]);
    peer.send({ flags: "A", acknowledgment: 2501, window: 3000 });
    application.connection.write(pattern(2500, 2600), 0, 100, host.now);
    host.flush();
    expect(peer.expect({ length: 100 }).flags).toBe("A");
  });

  it("what follows the urgent text is not", () => {
    const { host, peer, application } = opened();
    application.connection.writeUrgent(pattern(0, 10), 0, 10, host.now);
    host.flush();
    expect(peer.expect({ length: 10 }).segment.urgentPointer).toBe(10);
    application.connection.setNoDelay(true);
    application.connection.write(pattern(10, 20), 0, 10, host.now);
    host.flush();
    expect(peer.expect({ sequence: 11 }).flags).toBe("A");
  });
});
