/** Octets received and not yet read at which a connection stops reading from the host. 256 KiB, as @mnet/tcp. */
export const RECEIVE_BUFFER: number = 256 * 1024;

/** Octets handed to the host and not yet taken by it that `tryWrite` fills up to. 256 KiB, as @mnet/tcp. */
export const SEND_BUFFER: number = 256 * 1024;

/** Connections that wait to be accepted. 128, as @mnet/tcp. */
export const BACKLOG = 128;

/** Octets of datagrams that wait to be received, {@link DATAGRAM_OVERHEAD} for each included. 256 KiB, as @mnet/udp. */
export const DATAGRAM_BUFFER: number = 256 * 1024;

/** What a queued datagram costs besides its octets. 256, as @mnet/udp. */
export const DATAGRAM_OVERHEAD = 256;

/** Groups one port may join. 20, as Linux' igmp_max_memberships. */
export const GROUPS_PER_PORT = 20;

/**
 * Ports chosen for callers that name none. 32768..60999, Linux' default. They are drawn here and not by the host because one port has to be
 * free on several of its sockets at once.
 */
export const FIRST_EPHEMERAL_PORT = 32768;
export const LAST_EPHEMERAL_PORT = 60999;

/** Random draws (RFC 6056 3.3.1) before choosing a port is given up. */
export const PORT_DRAWS = 256;

/** Idle time before the first keep-alive probe, in milliseconds. 2 h (RFC 9293 3.8.4). */
export const KEEP_ALIVE_IDLE = 7_200_000;

/** The longest idle time that Linux takes, MAX_TCP_KEEPIDLE, in milliseconds. Told more, it keeps its own 2 h. */
export const LONGEST_KEEP_ALIVE_IDLE = 32_767_000;

/** The longest delay that `setTimeout` takes, in milliseconds. 2^31 - 1. */
export const LONGEST_DELAY = 2_147_483_647;
