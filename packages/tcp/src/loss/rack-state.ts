import type { Millis } from "@mnet/core";
import { RACK_PERSIST } from "../params.ts";
import type { Delivery } from "./delivery.ts";

/** What RACK keeps (RFC 8985 5.2). */
export class RackState {
  /** RACK.segment: the number of the latest transmission that was delivered, and one past its last octet; 0 before the first. */
  serial = 0;
  end = 0;
  /** RACK.rtt: how long its round trip took. */
  roundTrip: Millis = 0;
  /** RACK.fack: one past the highest sequence number delivered. */
  forward: number;
  /** RACK.reordering_seen, counted by acknowledgments. */
  reorderingsSeen = 0;
  /** RACK.reo_wnd_mult, and RACK.reo_wnd_persist: recoveries that it lasts. */
  multiplier = 1;
  persist = 0;
  /** RACK.dsack_round: SND.NXT when the last D-SACK counted, until SND.UNA reaches it. */
  inRound = false;
  round = 0;

  constructor(initialSend: number) {
    this.forward = initialSend;
  }

  /** 6.2, steps 2 and 3. */
  update(delivery: Delivery): void {
    this.forward = delivery.forward;
    if (delivery.reordered) this.reorderingsSeen++;
    const { serial } = delivery;
    if (serial === 0 || serial < this.serial) return;
    if (serial === this.serial && ((delivery.end - this.end) | 0) <= 0) return;
    this.serial = serial;
    this.end = delivery.end;
    this.roundTrip = delivery.now - delivery.sentAt;
  }

  /** 6.2, step 4: an acknowledgment with or without a D-SACK. Each round with one widens the window by a quarter of the round trip. */
  duplicated(dsack: boolean, sendUnacknowledged: number, sendNext: number): void {
    if (this.inRound && ((sendUnacknowledged - this.round) | 0) >= 0) this.inRound = false;
    if (!dsack || this.inRound) return;
    this.inRound = true;
    this.round = sendNext;
    this.multiplier++;
    this.persist = RACK_PERSIST;
  }

  /** 6.2, step 4: a recovery is over. */
  recovered(): void {
    if (--this.persist <= 0) this.multiplier = 1;
  }
}
