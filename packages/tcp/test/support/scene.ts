import type { Application } from "./application.ts";
import { stateText } from "./application.ts";
import { type ListeningApplication, TcpHarness } from "./harness.ts";
import type { Peer } from "./peer.ts";

/** The receive buffer of every scene: nothing at or right of RCV.NXT + BUFFER can be inside the window. */
export const BUFFER = 16384;

/** One connection brought to a state, with its variables in numbers relative to the two ISNs (RFC 9293 3.3.1). */
export interface Scene {
  readonly harness: TcpHarness;
  readonly peer: Peer;
  readonly listening: ListeningApplication | null;
  /** `null` where the application does not have the connection yet: before the handshake is complete. */
  application: Application | null;
  /** RCV.NXT */
  readonly next: number;
  /** SND.UNA */
  readonly unacknowledged: number;
  /** SND.NXT */
  readonly sent: number;
  /** The acknowledgment number that ordinary data carries. */
  readonly acknowledgment: number;
}

/**
 * From ESTABLISHED on: the peer has sent octets 1..100, all read. We have sent 1..100, acknowledged, and (but for FIN-WAIT-2 and
 * TIME-WAIT) 101..150 are in flight, in the states after our close with the FIN behind them.
 */
export const scenes: Record<string, () => Scene> = {
  CLOSED: () => {
    const harness = new TcpHarness();
    return { ...numbers(0, 0, 0, 0), harness, peer: harness.peer(), listening: null, application: null };
  },
  LISTEN: () => {
    const harness = new TcpHarness();
    const listening = harness.listen({ receiveBuffer: BUFFER });
    return { ...numbers(0, 0, 0, 0), harness, peer: harness.peer(), listening, application: null };
  },
  "SYN-SENT": () => {
    const harness = new TcpHarness();
    const peer = harness.peer({ to: 40000 });
    const application = harness.connect({ receiveBuffer: BUFFER });
    peer.expect({ flags: "S", sequence: 0 });
    return { ...numbers(0, 0, 1, 1), harness, peer, listening: null, application };
  },
  "SYN-RECEIVED from LISTEN": () => {
    const harness = new TcpHarness();
    const listening = harness.listen({ receiveBuffer: BUFFER });
    const peer = harness.peer();
    peer.send({ flags: "S", mss: 1460 });
    peer.expect({ flags: "SA", sequence: 0, acknowledgment: 1 });
    return { ...numbers(1, 0, 1, 1), harness, peer, listening, application: null };
  },
  "SYN-RECEIVED from SYN-SENT": () => {
    const scene = scenes["SYN-SENT"]!();
    scene.peer.send({ flags: "S", mss: 1460 });
    scene.peer.expect({ flags: "SA", sequence: 0, acknowledgment: 1 });
    return { ...scene, ...numbers(1, 0, 1, 1) };
  },
  ESTABLISHED: () => ({ ...established(true), ...numbers(101, 101, 151, 101) }),
  "FIN-WAIT-1": () => {
    const scene = established(true);
    scene.application.shutdownWrite();
    scene.peer.expect({ flags: "FA", sequence: 151, acknowledgment: 101, length: 0 });
    return { ...scene, ...numbers(101, 101, 152, 101) };
  },
  "FIN-WAIT-2": () => {
    const scene = established(false);
    scene.application.shutdownWrite();
    scene.peer.expect({ flags: "FA", sequence: 101 });
    scene.peer.send({ flags: "A", acknowledgment: 102 });
    return { ...scene, ...numbers(101, 102, 102, 102) };
  },
  "CLOSE-WAIT": () => {
    const scene = established(true);
    scene.peer.send({ flags: "FA", acknowledgment: 101 });
    scene.peer.expect({ flags: "A", sequence: 151, acknowledgment: 102 });
    return { ...scene, ...numbers(102, 101, 151, 101) };
  },
  CLOSING: () => {
    const scene = scenes["FIN-WAIT-1"]!();
    scene.peer.send({ flags: "FA", acknowledgment: 101 });
    scene.peer.expect({ flags: "A", sequence: 152, acknowledgment: 102 });
    return { ...scene, ...numbers(102, 101, 152, 101) };
  },
  "LAST-ACK": () => {
    const scene = scenes["CLOSE-WAIT"]!();
    scene.application!.shutdownWrite();
    scene.peer.expect({ flags: "FA", sequence: 151, acknowledgment: 102, length: 0 });
    return { ...scene, ...numbers(102, 101, 152, 101) };
  },
  "TIME-WAIT": () => {
    const scene = scenes["FIN-WAIT-2"]!();
    scene.peer.send({ flags: "FA", acknowledgment: 102 });
    scene.peer.expect({ flags: "A", sequence: 102, acknowledgment: 102 });
    return { ...scene, ...numbers(102, 102, 102, 102) };
  },
};

/** The scene of a state, nothing of it left to expect. */
export function scene(state: string): Scene {
  const made = scenes[state]!();
  made.harness.expectNothing();
  return made;
}

/**
 * The state of the scene's connection as far as it can be told from outside. A half-open connection is told from LISTEN by what the
 * ACK that would complete its handshake does.
 */
export function observedState({ harness, peer, listening, application }: Scene): string {
  if (harness.tcp.timeWaitCount > 0) return "TIME-WAIT";
  if (application !== null) {
    const live = harness.connections().includes(application.connection);
    return live ? stateText(application.connection) : "CLOSED";
  }
  const accepted = listening?.tryAccept() ?? null;
  if (accepted !== null) return accepted.state;
  if (listening === null) return harness.connections().length === 0 ? "CLOSED" : "?";
  peer.send({ flags: "A", sequence: 1, acknowledgment: 1 });
  peer.takeAll();
  return listening.tryAccept() === null ? "LISTEN" : "SYN-RECEIVED";
}

type Established = Scene & { readonly application: Application };

function established(inFlight: boolean): Established {
  const harness = new TcpHarness();
  const listening = harness.listen({ receiveBuffer: BUFFER });
  const peer = harness.peer().open();
  const application = listening.accept();
  peer.send({ flags: "PA", payload: 100 });
  application.read();
  harness.advance(500);
  peer.takeAll();
  application.write(100);
  peer.expect({ sequence: 1, length: 100 });
  peer.send({ flags: "A", acknowledgment: 101 });
  if (inFlight) {
    application.write(50);
    peer.expect({ sequence: 101, length: 50 });
  }
  harness.expectNothing();
  return { ...numbers(101, 101, inFlight ? 151 : 101, 101), harness, peer, listening, application };
}

function numbers(
  next: number,
  unacknowledged: number,
  sent: number,
  acknowledgment: number,
): Pick<Scene, "next" | "unacknowledged" | "sent" | "acknowledgment"> {
  return { next, unacknowledged, sent, acknowledgment };
}
