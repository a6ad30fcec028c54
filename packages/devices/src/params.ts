/** Octets of an Ethernet header: two addresses and the EtherType (IEEE 802.3 3.1.1), no frame check sequence. */
export const ETHERNET_HEADER = 14;

/** Octets of an IP datagram that an Ethernet carries (RFC 894; RFC 2464 2). */
export const DEFAULT_MTU = 1500;

/** Octets every IPv4 link carries at least (RFC 791 3.2). */
export const SMALLEST_MTU = 68;

/** Octets of the largest IPv4 datagram (RFC 791 3.1). */
export const LARGEST_MTU = 65_535;

/** Frames an in-memory port holds until they are delivered: what fits a 373 KiB burst of full frames. */
export const DEFAULT_QUEUE = 256;

/** Frames a hub's port holds. A hub cannot push back, what does not fit is lost, so it gets twice the room. */
export const DEFAULT_HUB_QUEUE = 512;

/** Frames delivered in one turn before timers and applications get theirs. */
export const FRAMES_PER_TURN = 256;

/** Octets of a capture's copy of a frame at first: a full Ethernet frame with room; larger frames make it grow. */
export const CAPTURE_BUFFER = 2048;

/** Octets of frames that a message carries at most: few messages for bulk, little latency, and it fits the second-level cache. */
export const BATCH_OCTETS = 65_536;

/** Octets under way through a message port: twice what a thread at 500 MB/s delivers in a turn of 1 ms. */
export const DEFAULT_WINDOW = 1_048_576;

/** Stations a learning hub knows: every host of a large simulated segment with room to spare, in 80 KiB. */
export const DEFAULT_ADDRESSES = 4096;
