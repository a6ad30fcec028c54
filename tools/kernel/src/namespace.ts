import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readlinkSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { switchIpv6On } from "./ipv6-on.ts";
import { close, errorName, ioctl, socket, unshare } from "./libc.ts";

/** linux/sched.h. */
const CLONE_NEWNET = 0x4000_0000;
/** linux/sockios.h and linux/if.h. */
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;
const AF_INET = 2;
const SOCK_DGRAM = 2;

const TUN_DEVICE = "/dev/net/tun";

/** Whether something can be done here, and if not, why; one line. */
export interface Availability {
  readonly ok: boolean;
  /** Empty when `ok`. */
  readonly reason: string;
}

/**
 * Moves this process into a network namespace of its own, with `lo` up, IPv6 on and nothing else. From then on every interface, socket and
 * child process that the main thread makes is in it; it goes away with the last of them. Threads that exist already, such as
 * Node's pool for DNS, stay outside.
 *
 * Call it on the main thread, before anything opens a socket. There is no way back.
 * @throws Error when this process may not: see {@link namespaceAvailable}.
 */
export function enterNamespace(): void {
  if (!isMainThread) throw new Error("a network namespace is entered by the main thread of a process");
  if (unshare(CLONE_NEWNET) !== 0)
    throw new Error(`unshare: ${errorName()}; run as root or under unshare -Urn`);
  switchIpv6On();
  bringLoopbackUp();
}

/** Whether {@link enterNamespace} works for this process, and TAP devices can be made there. */
export function namespaceAvailable(): Availability {
  if (process.platform !== "linux") return no(`network namespaces are Linux's, this is ${process.platform}`);
  const device = deviceObstacle();
  if (device !== null) return no(device);
  // Asked of a child: a namespace cannot be left again.
  const tried = spawnSync("unshare", ["-n", "true"], { encoding: "utf8", timeout: 10_000 });
  if (tried.error !== undefined) return no(`unshare (util-linux) does not run: ${tried.error.message}`);
  if (tried.status === 0) return { ok: true, reason: "" };
  return no(
    `no right to make a network namespace: ${tried.stderr.trim() || `unshare ended with ${tried.status}`}`,
  );
}

/** Whether `unshare -Urn` works: a process without rights gets a user and network namespace in which it has them all. */
export function userNamespaceAvailable(): Availability {
  if (process.platform !== "linux") return no(`user namespaces are Linux's, this is ${process.platform}`);
  const device = deviceObstacle();
  if (device !== null) return no(device);
  const tried = spawnSync("unshare", ["-Urn", "true"], { encoding: "utf8", timeout: 10_000 });
  if (tried.error !== undefined) return no(`unshare (util-linux) does not run: ${tried.error.message}`);
  if (tried.status === 0) return { ok: true, reason: "" };
  return no(
    `user namespaces are not allowed: ${tried.stderr.trim() || `unshare ended with ${tried.status}`}`,
  );
}

/** Names the network namespace of the main thread, such as `net:[4026531840]`. */
export function currentNamespace(): string {
  return readlinkSync("/proc/self/ns/net");
}

function deviceObstacle(): string | null {
  if (!existsSync(TUN_DEVICE)) return `there is no ${TUN_DEVICE} (modprobe tun, or pass it to the container)`;
  try {
    accessSync(TUN_DEVICE, constants.R_OK | constants.W_OK);
    return null;
  } catch {
    return `this user may not open ${TUN_DEVICE} (usual is mode 666: opening it gives no right to any interface)`;
  }
}

function bringLoopbackUp(): void {
  const control = socket(AF_INET, SOCK_DGRAM, 0);
  // struct ifreq: char name[16], then short flags.
  const request = new Uint8Array(40);
  new TextEncoder().encodeInto("lo", request);
  new Uint16Array(request.buffer)[8] = IFF_UP;
  const failed = ioctl(control, SIOCSIFFLAGS, request) < 0 ? errorName() : null;
  close(control);
  if (failed !== null) throw new Error(`bringing lo up: ${failed}`);
}

function no(reason: string): Availability {
  return { ok: false, reason };
}
