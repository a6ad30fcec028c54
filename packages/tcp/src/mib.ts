import type { TcpParameters } from "./params.ts";
import type { TcpStatistics } from "./statistics.ts";

/** The counters of a layer under the names of the TCP MIB (RFC 4022) and, with `TcpExt` in front, of Linux' `/proc/net/netstat`. */
const names: Readonly<Record<string, keyof TcpStatistics>> = {
  tcpActiveOpens: "activeOpens",
  tcpPassiveOpens: "passiveOpens",
  tcpAttemptFails: "attemptFails",
  tcpEstabResets: "establishedResets",
  tcpCurrEstab: "currentlyEstablished",
  tcpInSegs: "inSegments",
  tcpOutSegs: "outSegments",
  tcpRetransSegs: "retransmittedSegments",
  tcpInErrs: "inErrors",
  tcpOutRsts: "outResets",
  TcpExtTCPTimeouts: "timeouts",
  TcpExtTCPFastRetrans: "fastRetransmissions",
  TcpExtTCPLossProbes: "tailLossProbes",
  TcpExtTCPSACKReneging: "sackReneges",
  TcpExtTCPWinProbe: "windowProbes",
  TcpExtTCPKeepAlive: "keepAliveProbes",
  TcpExtDelayedACKs: "delayedAcknowledgments",
  TcpExtTCPChallengeACK: "challengeAcknowledgments",
  TcpExtPAWSEstab: "outdatedTimestamps",
  TcpExtListenOverflows: "listenOverflows",
  TcpExtSyncookiesSent: "cookiesSent",
  TcpExtSyncookiesRecv: "cookiesReceived",
  TcpExtSyncookiesFailed: "cookiesFailed",
  TcpExtTW: "timeWaits",
  TcpExtTCPTimeWaitOverflow: "timeWaitEvictions",
  TcpExtTWRecycled: "timeWaitReuses",
  TcpExtTCPOFOQueue: "outOfOrderSegments",
  TcpExtTCPOFODrop: "outOfOrderDrops",
  TcpExtTCPRcvQDrop: "receiveDrops",
  TcpExtOfoPruned: "outOfOrderPrunes",
  TcpExtTCPMTUPFail: "blackHoles",
  TcpExtTCPAbortOnMemory: "abortedOnMemory",
  TcpExtTCPAbortOnTimeout: "abortedOnTimeout",
  TcpExtTCPAbortOnData: "abortedOnData",
};

/** The `tcp` group of RFC 4022 and what Linux adds, as plain numbers. */
export function mibOf(
  statistics: TcpStatistics,
  params: TcpParameters,
  pressures: number,
): Record<string, number> {
  const mib: Record<string, number> = {
    // RFC 4022: 5 is RFC 2988, whose successor is RFC 6298; -1: connections are not limited in number.
    tcpRtoAlgorithm: 5,
    tcpRtoMin: params.minimumTimeout,
    tcpRtoMax: params.maximumTimeout,
    tcpMaxConn: -1,
  };
  for (const [name, counter] of Object.entries(names)) mib[name] = statistics[counter];
  mib["TcpExtTCPMemoryPressures"] = pressures;
  return mib;
}
