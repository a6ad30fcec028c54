/**
 * What theory says of one flow: closed forms and a numeric integral, written down from RFC 9438 and RFC 3649's sources on their own, not with the
 * code that is measured. Segments and seconds.
 */

/** C and beta of CUBIC (RFC 9438 5, 4.6). */
const C = 0.4;
const BETA = 0.7;
/** alpha_cubic (RFC 9438 4.3). */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);

/**
 * The average window of AIMD at a loss probability (RFC 9438 4.3, equation 2, with Reno's alpha 1 and beta 1/2; Mathis 1997): sqrt(3/2p). With byte
 * counting delayed acknowledgments do not change it.
 */
export function aimdWindow(loss: number): number {
  return Math.sqrt(1.5 / loss);
}

/** The average window of CUBIC at a loss probability (RFC 9438 5.1, equation 6). */
export function cubicWindow(loss: number, roundTrip: number): number {
  return ((C * (3 + BETA)) / (4 * (1 - BETA))) ** 0.25 * (roundTrip / loss) ** 0.75;
}

/**
 * Segments per second that arrive when the better of both response functions says how many are sent, the bottleneck's rate at most; part of them
 * is lost behind it.
 */
export function lossyRate(loss: number, roundTrip: number, bottleneck: number): number {
  const sent = Math.min(bottleneck, Math.max(aimdWindow(loss), cubicWindow(loss, roundTrip)) / roundTrip);
  return sent * (1 - loss);
}

/**
 * The part of a bottleneck that CUBIC can use when it loses only what does not fit its queue: the average over one sawtooth from
 * 0.7 (BDP + queue) to BDP + queue, along the faster of W_cubic and W_est. Below the BDP the link is idle in part; above it the queue fills.
 * @param capacity BDP in segments. @param queue in segments.
 */
export function sawtoothUse(capacity: number, queue: number, roundTrip: number): number {
  const most = capacity + queue;
  const delay = Math.cbrt((most * (1 - BETA)) / C);
  let window = most * BETA;
  let friendly = window;
  let time = 0;
  let used = 0;
  while (window < most) {
    const step = Math.max(roundTrip, (roundTrip * window) / capacity) / 20;
    used += Math.min(1, window / capacity) * step;
    time += step;
    // A window per round trip is acknowledged: alpha segments per round trip.
    friendly += (ALPHA * step) / Math.max(roundTrip, (roundTrip * window) / capacity);
    window = Math.max(friendly, C * (time - delay) ** 3 + most);
  }
  return used / time;
}

/** Jain's fairness index: 1 when all are equal, 1/n when one has everything. */
export function fairness(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 0 : (sum * sum) / (shares.length * squares);
}
