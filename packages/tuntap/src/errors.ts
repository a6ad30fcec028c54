import { NetError, type NetErrorCode } from "@mnet/core";
import { Errno, errnoName } from "./libc.ts";

/** The device file, from Documentation/networking/tuntap. */
export const TUN_FILE = "/dev/net/tun";

const howToBeAllowed =
  "run as root or with CAP_NET_ADMIN (in a user namespace: unshare -Urn), or let root make a TAP for you:" +
  " ip tuntap add dev NAME mode tap user $USER";

/** Why {@link TUN_FILE} cannot be opened. @param code the code of Node's error. */
export function openError(code: string): NetError {
  if (code === "EACCES" || code === "EPERM") {
    return failure("EPERM", "open", TUN_FILE, `no access to ${TUN_FILE}; ${howToBeAllowed}`);
  }
  const advice =
    code === "ENOENT"
      ? `there is no ${TUN_FILE}: modprobe tun; in a container pass it in (--device ${TUN_FILE} --cap-add NET_ADMIN)`
      : `${TUN_FILE} does not open (${code}): is the kernel module loaded? modprobe tun`;
  return failure("ENODEV", "open", TUN_FILE, advice);
}

/** Why TUNSETIFF failed for `name`. */
export function attachError(errno: number, name: string): NetError {
  const call = "TUNSETIFF";
  switch (errno) {
    case Errno.EPERM:
    case Errno.EACCES:
      return failure("EPERM", call, name, `not allowed to create or attach to "${name}"; ${howToBeAllowed}`);
    case Errno.EBUSY:
      return failure(
        "EBUSY",
        call,
        name,
        `another program has "${name}" open; stop it (fuser ${TUN_FILE} lists who) or choose another name`,
      );
    case Errno.EINVAL:
      return failure(
        "EINVAL",
        call,
        name,
        `"${name}" exists and is not a TAP that can be attached to (ip -d link show ${name}); choose another name`,
      );
    default:
      return failure("ENODEV", call, name, `the kernel made no TAP "${name}": ${errnoName(errno)}`);
  }
}

/** Why a change or question of an interface failed. */
export function controlError(call: string, errno: number, name?: string): NetError {
  const known: Record<number, NetErrorCode> = {
    [Errno.EPERM]: "EPERM",
    [Errno.EACCES]: "EPERM",
    [Errno.ENODEV]: "ENODEV",
    [Errno.EAFNOSUPPORT]: "EAFNOSUPPORT",
    [Errno.EADDRNOTAVAIL]: "EADDRNOTAVAIL",
    [Errno.ENOBUFS]: "ENOBUFS",
  };
  const code = known[errno] ?? "EINVAL";
  const reason =
    code === "EPERM"
      ? `changing the host's side of the interface needs root or CAP_NET_ADMIN; leave "host" and "mtu" out to take it as it is`
      : `the kernel refused: ${errnoName(errno)}`;
  return failure(code, call, name, reason);
}

/** The interface of an open device is gone for good. */
export function interfaceGone(name: string, cause?: unknown): NetError {
  return new NetError("ENODEV", {
    syscall: "read",
    address: name,
    reason: "the interface was deleted",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The descriptor fails although the interface exists. */
export function deviceBroken(name: string, cause: unknown): NetError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new NetError("ENODEV", {
    syscall: "read",
    address: name,
    reason: `the device fails: ${why}`,
    cause,
  });
}

function failure(code: NetErrorCode, syscall: string, address: string | undefined, reason: string): NetError {
  return new NetError(code, { syscall, reason, ...(address === undefined ? {} : { address }) });
}
