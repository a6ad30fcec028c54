/** The Linux TAP device of the `@mnet` TCP/IP stack: the one native corner, through koffi. */

export { type Availability, tunAvailable } from "./available.ts";
export { derivedMac } from "./derived-mac.ts";
export { TapDevice, type TapStatistics } from "./device.ts";
export { openTap, type TapOptions } from "./open.ts";
