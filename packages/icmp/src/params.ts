/** What can be set on an ICMP layer. */
export interface IcmpParameters {
  /**
   * TTL or hop limit of everything sent unless a request says otherwise. 0, the IP layer's own: 64 (RFC 1122 3.2.1.7), or what the routers of
   * an IPv6 link advertise (RFC 4861 6.3.4).
   */
  readonly hopLimit: number;
  /**
   * Traffic class of errors. 0xc0: precedence 6, "internetwork control" (RFC 1812 4.3.2.5), with the default service (RFC 1349 5.1).
   */
  readonly errorTrafficClass: number;
  /** Errors per second, all destinations together. 1000, in the range of RFC 1812 4.3.2.8 and Linux' default. */
  readonly errorRate: number;
  /** Errors at once, all destinations together. 50, Linux' default. */
  readonly errorBurst: number;
  /** Errors per second to one destination. 10 (RFC 1812 4.3.2.8 asks for a limit per source of the offending packets). */
  readonly destinationErrorRate: number;
  /** Errors at once to one destination. 6, so that a traceroute gets its three answers twice. */
  readonly destinationErrorBurst: number;
  /** Echo replies per second. 25 000: beyond any useful ping, a fraction of what a flood offers. */
  readonly echoReplyRate: number;
  /** Echo replies at once. 25 000, so that a `ping -f` of 10 000 loses none whatever its speed. */
  readonly echoReplyBurst: number;
  /** Echo replies per second to requests that were sent to a group (IPv6 alone answers them). 100: one forger makes many answer. */
  readonly groupEchoReplyRate: number;
  /** Echo replies at once to requests that were sent to a group. 100. */
  readonly groupEchoReplyBurst: number;
  /** Echo requests of ours waiting for an answer. 1024; each holds a copy of its data. */
  readonly pendingEchoes: number;
}

export const defaultIcmpParameters: IcmpParameters = {
  hopLimit: 0,
  errorTrafficClass: 0xc0,
  errorRate: 1000,
  errorBurst: 50,
  destinationErrorRate: 10,
  destinationErrorBurst: 6,
  echoReplyRate: 25_000,
  echoReplyBurst: 25_000,
  groupEchoReplyRate: 100,
  groupEchoReplyBurst: 100,
  pendingEchoes: 1024,
};

/** Octets of data in an echo request when nothing is asked for, as ping(8). */
export const DEFAULT_ECHO_DATA = 56;

/** Destinations whose error rate is remembered, as sets of entries (see ErrorLimiter). */
export const LIMITER_SETS = 64;
export const LIMITER_WAYS = 4;
