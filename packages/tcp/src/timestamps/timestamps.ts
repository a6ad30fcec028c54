import { KeyedHash, type Millis, type Random, type Words } from "@mnet/core";

/** What one connection knows of the timestamps option (RFC 7323 3). Values are int32 and compared by their difference. */
export class Timestamps {
  /** Snd.TS.OK: before the peer's SYN, whether we offer them; after it, whether they are on every segment of both. */
  enabled: boolean;
  /** What our values are ahead of the clock by; see {@link TimestampOffset}. */
  readonly offset: number;
  /** TS.Recent: what we echo, and what older segments are told by. */
  recent = 0;
  /** When {@link Timestamps.recent} was taken over. */
  recentAt: Millis = 0;

  constructor(enabled: boolean, offset: number) {
    this.enabled = enabled;
    this.offset = offset;
  }

  /** Our timestamp clock: it ticks once a millisecond (RFC 7323 5.4 asks for 1 ms to 1 s). */
  value(now: Millis): number {
    return timestampValue(this.offset, now);
  }

  take(recent: number, now: Millis): void {
    this.recent = recent;
    this.recentAt = now;
  }
}

/** TSval of a connection with this offset. ToInt32 takes the clock modulo 2^32 and drops the fraction. */
export function timestampValue(offset: number, now: Millis): number {
  return (offset + (now | 0)) | 0;
}

/**
 * Where a connection's timestamps start (RFC 7323 7.1): a keyed hash of the 4-tuple, so that they tell nothing about the host's uptime or
 * about other connections, and half-open connections need not keep it. A later incarnation of the 4-tuple goes on where the last one was,
 * which is what RFC 6191 needs.
 */
export class TimestampOffset {
  readonly #hash: KeyedHash;

  constructor(random: Random) {
    this.#hash = new KeyedHash(random);
  }

  of(local: Readonly<Words>, localPort: number, remote: Readonly<Words>, remotePort: number): number {
    return this.#hash.flow(local, remote, localPort, remotePort) | 0;
  }
}
