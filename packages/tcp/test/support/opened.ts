import type { ConnectionOptions } from "@mnet/tcp";
import type { Application } from "./application.ts";
import { type HarnessOptions, type ListeningApplication, TcpHarness } from "./harness.ts";
import type { Peer, PeerSegment } from "./peer.ts";

export interface OpenedOptions extends HarnessOptions {
  readonly connection?: ConnectionOptions;
  /** What the peer announces; 1000 unless told otherwise, for numbers that are easy to read. */
  readonly mss?: number;
  readonly windowScale?: number;
  readonly window?: number;
  /** The peer offers selective acknowledgments; default false. */
  readonly sackPermitted?: boolean;
  /** The peer's timestamps start here, and stand still; default: it offers none. */
  readonly timestamp?: number;
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
  const { connection, window, roundTrip = 100, ...harness } = o;
  const host = new TcpHarness(harness);
  const server = host.listen(connection);
  const peer = host.peer(window === undefined ? {} : { window });
  peer.send({ flags: "S", ...synOf(o) });
  const { timestamps } = peer.expect({ flags: "SA" });
  host.advance(roundTrip);
  peer.send({
    flags: "A",
    ...(timestamps && { timestamps: { value: o.timestamp!, echo: timestamps.value } }),
  });
  const application = server.accept();
  host.expectNothing();
  return { host, peer, application, server };
}

/** A connection that we opened, idle. */
export function connected(o: OpenedOptions = {}): Omit<Opened, "server"> {
  const { connection, window, roundTrip = 100, ...harness } = o;
  const host = new TcpHarness(harness);
  const peer = host.peer({ to: 40000, ...(window === undefined ? {} : { window }) });
  const application = host.connect(connection);
  peer.expect({ flags: "S" });
  host.advance(roundTrip);
  peer.send({ flags: "SA", ...synOf(o) });
  peer.expect({ flags: "A" });
  return { host, peer, application };
}

/** What the peer's SYN says. */
function synOf({ mss = 1000, windowScale, sackPermitted, timestamp }: OpenedOptions): Partial<PeerSegment> {
  return {
    mss,
    ...(windowScale !== undefined && { windowScale }),
    ...(sackPermitted && { sackPermitted }),
    ...(timestamp !== undefined && { timestamps: { value: timestamp, echo: 0 } }),
  };
}
