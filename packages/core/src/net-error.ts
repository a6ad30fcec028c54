/** The codes of Node's and POSIX' socket errors that this stack reports. */
export type NetErrorCode =
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "ECONNABORTED"
  | "ETIMEDOUT"
  | "EHOSTUNREACH"
  | "ENETUNREACH"
  | "EADDRINUSE"
  | "EADDRNOTAVAIL"
  | "EMSGSIZE"
  | "ENOBUFS"
  | "EPIPE"
  | "EAFNOSUPPORT"
  | "ENOTSUP"
  | "ENOTCONN"
  | "EISCONN"
  | "ENETDOWN"
  | "EPERM"
  | "EBUSY"
  | "ENODEV"
  | "EINVAL"
  | "ERR_STREAM_PREMATURE_CLOSE";

const brand = Symbol.for("mnet.NetError");

const meanings: Record<NetErrorCode, string> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  ECONNABORTED: "connection aborted",
  ETIMEDOUT: "connection timed out",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "address not available",
  EMSGSIZE: "message too long",
  ENOBUFS: "no buffer space available",
  EPIPE: "write after the end of the stream",
  EAFNOSUPPORT: "address family not supported",
  ENOTSUP: "operation not supported",
  ENOTCONN: "socket is not connected",
  EISCONN: "socket is already connected",
  ENETDOWN: "the stack was killed",
  EPERM: "operation not permitted",
  EBUSY: "device or resource busy",
  ENODEV: "no such device",
  EINVAL: "invalid argument",
  ERR_STREAM_PREMATURE_CLOSE: "the stream ended early",
};

export interface NetErrorDetails {
  /** The call that failed, such as `connect`. */
  syscall?: string;
  /** The address concerned, as text. */
  address?: string;
  port?: number;
  /** Replaces the standard meaning of the code in the message. */
  reason?: string;
  cause?: unknown;
}

/**
 * The one error class of the application interface. `code` is one of Node's codes, so existing error handling works. Use
 * {@link isNetError} rather than `instanceof`: two versions of this package may meet in one process.
 */
export class NetError extends Error {
  readonly code: NetErrorCode;
  readonly syscall: string | undefined;
  readonly address: string | undefined;
  readonly port: number | undefined;

  constructor(code: NetErrorCode, details: NetErrorDetails = {}) {
    const at = details.address === undefined ? "" : ` ${details.address}`;
    const port = details.port === undefined ? "" : `:${details.port}`;
    const call = details.syscall === undefined ? "" : `${details.syscall} `;
    super(
      `${call}${code}${at}${port}: ${details.reason ?? meanings[code]}`,
      "cause" in details ? { cause: details.cause } : undefined,
    );
    this.code = code;
    this.syscall = details.syscall;
    this.address = details.address;
    this.port = details.port;
    Object.defineProperty(this, brand, { value: true });
  }

  override get name(): string {
    return "NetError";
  }
}

/** Whether `value` is a {@link NetError} of any version of this package, optionally with the given code. */
export function isNetError(value: unknown, code?: NetErrorCode): value is NetError {
  if (typeof value !== "object" || value === null || !(brand in value)) return false;
  return code === undefined || ("code" in value && value.code === code);
}
