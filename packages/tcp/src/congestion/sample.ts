import type { Millis } from "@mnet/core";
import type { DeliverySample } from "./controller.ts";

/** The one record in which acknowledgments are told to controllers; all connections of a layer share it. */
export class SampleRecord implements DeliverySample {
  octets = 0;
  acknowledged = 0;
  inFlight = 0;
  roundTrip: Millis = -1;
  windowLimited = false;
  afterTimeout = false;
  sendNext = 0;
  sendUnacknowledged = 0;
  now: Millis = 0;
}
