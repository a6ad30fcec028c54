import { describe, expect, it } from "vitest";
import { Application } from "../support/application.ts";
import { TcpHarness } from "../support/harness.ts";
import { opened } from "../support/opened.ts";
import { type LinkedHost, Pair } from "../support/pair.ts";

/** Events come when the state is consistent: an application that does its work right in them does no harm. */

/** Sends back whatever it reads, from inside the events, and closes when the other end has. */
class Echo extends Application {
  #kept = 0;

  override readable(): void {
    super.readable();
    this.#work();
  }

  override writable(): void {
    super.writable();
    this.#work();
  }

  #work(): void {
    if (this.connection.error !== null) return;
    this.#kept += this.read();
    if (this.#kept > 0) this.#kept -= this.write(this.#kept);
    if (this.#kept === 0 && this.connection.endOfStream) this.close();
  }
}

describe("work inside events", () => {
  it.each([0, 0.1])("an echo service in `readable` and `writable`, a loss of %f", (loss) => {
    const pair = new Pair({ latency: 5, loss, seed: 7 });
    const echoes: Echo[] = [];
    pair.server.tcp.listen(
      { port: 80, sendBuffer: 4096, receiveBuffer: 4096 },
      {
        acceptable: (listener) => {
          const echo = new Echo(pair.server);
          echo.attach(listener.accept(echo)!);
          echo.readable();
          echoes.push(echo);
        },
        closed: () => {},
      },
    );
    const client = open(pair.client, pair.server);
    const octets = 50_000;
    pair.runUntil(() => {
      if (client.state === "ESTABLISHED" && client.written < octets) client.write(octets - client.written);
      if (client.written === octets) client.shutdownWrite();
      client.read();
      return client.outcome !== undefined;
    }, 3_600_000);
    expect(client.outcome).toBeNull();
    expect(client.wasRead).toBe(octets);
    pair.timeline.advance(120_000);
    expect(echoes[0]!.outcome).toBeNull();
  });

  it.each(["abort", "close", "shutdownWrite"] as const)("%s in every event", (call) => {
    for (const event of ["readable", "writable", "finished", "closed"] as const) {
      class Hasty extends Application {
        override readable(): void {
          super.readable();
          if (event === "readable") this[call]();
        }
        override writable(): void {
          super.writable();
          if (event === "writable") this[call]();
        }
        override finished(): void {
          super.finished();
          if (event === "finished") this[call]();
        }
        override closed(...last: Parameters<Application["closed"]>): void {
          super.closed(...last);
          if (event === "closed") this[call]();
        }
      }
      const host = new TcpHarness();
      const server = host.listen({ sendBuffer: 2000 });
      const peer = host.peer().open({ mss: 1000 });
      const application = new Hasty(host);
      application.attach(server.listener.accept(application)!);
      application.write(5000);
      peer.send({ flags: "PA", payload: 10, acknowledgment: 1 });
      peer.takeAll();
      peer.send({ flags: "A", acknowledgment: peer.received });
      host.advance(2000);
      peer.send({ flags: "R", sequence: peer.next });
      host.advance(600_000);
      expect(application.closings).toBe(1);
      expect(host.connections()).toHaveLength(0);
      expect(host.tcp.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it("kill in an event", () => {
    const { host, peer, application } = opened();
    const readable = application.readable.bind(application);
    application.readable = () => {
      readable();
      host.tcp.kill(host.now);
    };
    peer.send({ flags: "PA", payload: 10 });
    expect(application.outcome).toBe("ENETDOWN");
    host.outbox.length = 0;
    host.advance(60_000);
    host.expectNothing();
  });
});

function open(from: LinkedHost, to: LinkedHost): Application {
  const application = new Application(from);
  const remote = { address: to.address, port: 80 };
  application.attach(from.tcp.connect(remote, { local: { port: 40_000 } }, application, from.now));
  from.flush();
  return application;
}
