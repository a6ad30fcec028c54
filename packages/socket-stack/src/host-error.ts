import type { NetErrorCode } from "@mnet/core";

/** Codes of the host that mean the same here. */
const same: ReadonlySet<string> = new Set<NetErrorCode>([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRINUSE",
  "EADDRNOTAVAIL",
  "EMSGSIZE",
  "ENOBUFS",
  "EAFNOSUPPORT",
  "ENOTCONN",
  "EISCONN",
  "EPERM",
]);

/** Codes of the host that have another name here. */
const renamed: Readonly<Record<string, NetErrorCode>> = {
  // A port under 1024, or a broadcast that was not asked for.
  EACCES: "EPERM",
  // The peer reset, and the application wrote again before it was told.
  EPIPE: "ECONNRESET",
  // Here ENETDOWN is a killed stack; the host says it of an interface that is down.
  ENETDOWN: "ENETUNREACH",
  // No multicast route, or an interface that went away.
  ENODEV: "ENETUNREACH",
  // Linux, sending from a loopback address to one beyond: there is no way from there.
  EINVAL: "ENETUNREACH",
  ENOMEM: "ENOBUFS",
  EMFILE: "ENOBUFS",
  ENFILE: "ENOBUFS",
};

/** The code of the application interface for an error of node:net or node:dgram. */
export function hostErrorCode(error: unknown): NetErrorCode {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? netCode(code) : "EINVAL";
}

/** The code of the application interface for one of the host. */
export function netCode(code: string): NetErrorCode {
  return same.has(code) ? (code as NetErrorCode) : (renamed[code] ?? "EINVAL");
}
