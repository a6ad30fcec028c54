import { NewReno } from "./congestion/newreno.ts";
import type { TcpParameters } from "./params.ts";

/** The parameters of a layer that asks for nothing else; each member's source is at {@link TcpParameters}. */
export const defaultParameters: TcpParameters = {
  sendBuffer: 262_144,
  receiveBuffer: 262_144,
  initialWindow: 10,
  initialTimeout: 1000,
  minimumTimeout: 200,
  maximumTimeout: 60_000,
  delayedAcknowledgment: 40,
  adviseAfter: 3,
  giveUpAfter: 15,
  connectTimeout: 180_000,
  synAckRetries: 5,
  synQueue: 1024,
  backlog: 128,
  resetsPerSecond: 500,
  challengesPerSecond: 10,
  timeWait: 60_000,
  timeWaitLimit: 16_384,
  finWait2: 60_000,
  keepAliveIdle: 7_200_000,
  keepAliveInterval: 75_000,
  keepAliveProbes: 9,
  ephemeralPorts: { first: 1024, last: 65_535 },
  congestion: () => new NewReno(),
};
