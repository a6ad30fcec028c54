/** Events without time passing after which a timeline gives up: some host re-arms itself in the past. */
export const EVENTS_PER_INSTANT = 1_000_000;

/** Octets of an IP datagram that an Ethernet carries (RFC 894). */
export const DEFAULT_MTU = 1500;

/** Octets of an Ethernet header. */
export const ETHERNET_HEADER = 14;

/** Frames that wait at a link with a rate: a small router's buffer. */
export const DEFAULT_QUEUE = 100;

/** Bits of the longest burst that corruption makes: the Internet checksum detects every burst of up to 15 (RFC 1071 2; Stone 1998). */
export const LONGEST_BURST = 15;

/** Milliseconds a frame is held back at most by reordering when the link has less latency than that. */
export const SHORTEST_REORDERING = 1;

/** Ports of a hub beyond which a frame to all of them is one event instead of one for each. */
export const SHARED_FROM = 8;
