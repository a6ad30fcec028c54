import type { NetErrorCode } from "@mnet/core";
import type { ConnectionEvents, TcpConnection, TcpListener } from "@mnet/tcp";

/** What `setsockopt` asked for before there was a connection; times in milliseconds. */
export interface StreamOptions {
  noDelay?: boolean;
  keepAlive?: boolean;
  keepAliveIdle?: number;
  keepAliveInterval?: number;
  keepAliveProbes?: number;
  connectTimeout?: number;
  userTimeout?: number;
  sendBuffer?: number;
  receiveBuffer?: number;
  hopLimit?: number;
  trafficClass?: number;
  congestion?: string;
  maximumSegment?: number;
}

/** What stands behind one descriptor of a script: a TCP socket as POSIX has it, over the stack's calls that never wait. */
export class StreamSocket {
  readonly kind = "stream";
  readonly options: StreamOptions;
  /** AF_INET or AF_INET6: how addresses look to the script. */
  readonly domain: 4 | 6;
  /** IPV6_V6ONLY (RFC 3493 5.3). */
  onlyV6 = false;
  nonBlocking = false;
  /** SO_LINGER with a time of 0: closing resets. */
  abortOnClose = false;
  localPort = 0;
  backlog = 1;
  listener: TcpListener | null = null;
  connection: TcpConnection | null = null;
  /** `connect` was called and has not been told how it ended. */
  connecting = false;
  established = false;
  readShutdown = false;
  /** Why the connection ended, until somebody was told. */
  error: NetErrorCode | null = null;
  /** Octets read and written so far. */
  readPosition = 0;
  writePosition = 0;
  readonly events: ConnectionEvents = {
    established: () => {
      this.established = true;
    },
    readable: () => {},
    writable: () => {},
    finished: () => {},
    closed: (_connection, error) => {
      this.error = error;
    },
  };

  constructor(options: StreamOptions, domain: 4 | 6) {
    this.domain = domain;
    this.options = { ...options };
  }

  /** Takes the error, as SO_ERROR and the first failing call do. */
  takeError(): NetErrorCode | null {
    const { error } = this;
    this.error = null;
    return error;
  }
}
