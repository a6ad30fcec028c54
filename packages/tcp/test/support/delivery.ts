import type { DeliverySample } from "@mnet/tcp";

/** An acknowledgment of one segment of 1000 octets in a window that is in use, but for what is given. */
export function delivery(given: Partial<DeliverySample> = {}): DeliverySample {
  const { octets = 1000 } = given;
  return {
    octets,
    acknowledged: octets,
    inFlight: 10_000,
    roundTrip: -1,
    windowLimited: true,
    afterTimeout: false,
    sendNext: 0,
    sendUnacknowledged: 0,
    now: 0,
    ...given,
  };
}
