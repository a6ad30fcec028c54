import type { ConnectionOptions } from "@mnet/tcp";
import type { Application } from "./application.ts";
import { type HarnessOptions, type ListeningApplication, TcpHarness } from "./harness.ts";
import type { Peer } from "./peer.ts";

export interface OpenedOptions extends HarnessOptions {
  readonly connection?: ConnectionOptions;
  /** What the peer announces; 1000 unless told otherwise, for numbers that are easy to read. */
  readonly mss?: number;
  readonly windowScale?: number;
  readonly window?: number;
  /** Round trip of the handshake in milliseconds: the first measurement of RFC 6298. Default 100. */
  readonly roundTrip?: number;
}

export interface Opened {
  readonly host: TcpHarness;
  readonly peer: Peer;
  readonly application: Application;
  readonly server: ListeningApplication;
}

/** A connection that a peer opened to us, accepted and idle, with every segment taken. */
export function opened(o: OpenedOptions = {}): Opened {
  const { connection, mss = 1000, windowScale, window, roundTrip = 100, ...harness } = o;
  const host = new TcpHarness(harness);
  const server = host.listen(connection);
  const peer = host.peer(window === undefined ? {} : { window });
  peer.send({ flags: "S", mss, ...(windowScale === undefined ? {} : { windowScale }) });
  peer.expect({ flags: "SA" });
  host.advance(roundTrip);
  peer.send({ flags: "A" });
  const application = server.accept();
  host.expectNothing();
  return { host, peer, application, server };
}

/** A connection that we opened, idle. */
export function connected(o: OpenedOptions = {}): Omit<Opened, "server"> {
  const { connection, mss = 1000, windowScale, window, roundTrip = 100, ...harness } = o;
  const host = new TcpHarness(harness);
  const peer = host.peer({ to: 40000, ...(window === undefined ? {} : { window }) });
  const application = host.connect(connection);
  peer.expect({ flags: "S" });
  host.advance(roundTrip);
  peer.send({ flags: "SA", mss, ...(windowScale === undefined ? {} : { windowScale }) });
  peer.expect({ flags: "A" });
  return { host, peer, application };
}
