/** Counters of one layer, named after the TCP MIB (RFC 4022) and Linux' extensions of it. */
export class TcpStatistics {
  /** Connections begun by `connect`. */
  activeOpens = 0;
  /** Half-open connections made by a SYN to a listener. */
  passiveOpens = 0;
  /** Handshakes that failed. */
  attemptFails = 0;
  /** Connections in ESTABLISHED or CLOSE-WAIT that ended at once. */
  establishedResets = 0;
  /** Connections in ESTABLISHED or CLOSE-WAIT now. */
  currentlyEstablished = 0;
  /** Segments received, bad ones included. */
  inSegments = 0;
  /** Segments received with a bad header or checksum. */
  inErrors = 0;
  /** Segments sent without any octet sent before; retransmissions excluded. */
  outSegments = 0;
  retransmittedSegments = 0;
  /** Segments sent with RST. */
  outResets = 0;
  /** Expiries of a retransmission timer. */
  timeouts = 0;
  /** Recoveries begun because something was found lost before its timer expired. */
  fastRetransmissions = 0;
  /** Tail loss probes (RFC 8985 7). */
  tailLossProbes = 0;
  /** Reductions of the window taken back because nothing had been lost (RFC 3522, RFC 5682, RFC 3708). */
  undoneReductions = 0;
  /** Times a peer threw away what it had selectively acknowledged (RFC 2018 8), or had to be suspected of it. */
  sackReneges = 0;
  /** Probes of a closed window. */
  windowProbes = 0;
  keepAliveProbes = 0;
  delayedAcknowledgments = 0;
  duplicateAcknowledgmentsSent = 0;
  /** Acknowledgments sent because of a suspicious segment (RFC 5961). */
  challengeAcknowledgments = 0;
  /** Segments dropped because of their timestamp (PAWS, RFC 7323 5). */
  outdatedTimestamps = 0;
  /** SYNs and completing ACKs dropped because an accept queue was full. */
  listenOverflows = 0;
  /** SYN-ACKs sent in place of a record (RFC 4987 3.6); acknowledgments that brought their cookie back, and that did not. */
  cookiesSent = 0;
  cookiesReceived = 0;
  cookiesFailed = 0;
  /** Half-open connections evicted by newer ones. */
  halfOpenEvictions = 0;
  /** Records that entered TIME-WAIT. */
  timeWaits = 0;
  /** TIME-WAIT records evicted before their time. */
  timeWaitEvictions = 0;
  /** TIME-WAIT records replaced by a new connection (RFC 9293 MAY-2). */
  timeWaitReuses = 0;
  /** Segments kept out of order. */
  outOfOrderSegments = 0;
  /** Out-of-order segments dropped for want of a range. */
  outOfOrderDrops = 0;
  /** Segments larger than usual, sent to find out whether the path carries them (RFC 4821). */
  pathMtuProbes = 0;
  /** Fallbacks to smaller segments because full ones were not answered. */
  blackHoles = 0;
  /** Segments received that had met congestion (RFC 3168). */
  congestionExperienced = 0;
  /** Windows of our text of which the peer said so. */
  markedWindows = 0;
  /** Segments in order dropped for want of memory. */
  receiveDrops = 0;
  /** Connections that gave up what they held out of order for want of memory. */
  outOfOrderPrunes = 0;
  /** SYNs and calls of `connect` refused for want of memory. */
  refusedOnMemory = 0;
  /** Stalled connections reset for want of memory. */
  abortedOnMemory = 0;
  /** Connections that failed with ETIMEDOUT or an unreachable error remembered instead. */
  abortedOnTimeout = 0;
  /** Connections reset because the application closed with unread data, or data came after its close. */
  abortedOnData = 0;
}
