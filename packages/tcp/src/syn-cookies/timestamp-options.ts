/** What a SYN and our answer agreed on, as it travels in the lowest bits of our timestamp while there is no record of it. */
export interface CookieOptions {
  /** The peer's window scale, -1 for none. */
  readonly windowScale: number;
  readonly sackPermitted: boolean;
  readonly ecn: boolean;
}

const SCALE_MASK = 15;
/** Stands for no scale; the largest is 14. */
const NO_SCALE = 15;
const SACK = 16;
const ECN = 32;
const MASK = 63;

/**
 * The TSval of a SYN-ACK without a record: `value` with its lowest six bits replaced, and never later than it, or the next one would seem
 * older. The peer's clock reading is 63 ms off at most.
 */
export function putOptions(value: number, options: CookieOptions): number {
  const scale = options.windowScale < 0 ? NO_SCALE : options.windowScale;
  const bits = scale | (options.sackPermitted ? SACK : 0) | (options.ecn ? ECN : 0);
  const put = (value & ~MASK) | bits;
  return ((put - value) | 0) > 0 ? (put - MASK - 1) | 0 : put;
}

/** The options of the handshake whose SYN-ACK is echoed. The echo is the peer's word, but it can only deceive itself. */
export function optionsIn(echo: number): CookieOptions {
  const scale = echo & SCALE_MASK;
  return {
    windowScale: scale === NO_SCALE ? -1 : scale,
    sackPermitted: (echo & SACK) !== 0,
    ecn: (echo & ECN) !== 0,
  };
}
