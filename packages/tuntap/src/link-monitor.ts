import type { Libc } from "./libc.ts";
import {
  AF_NETLINK,
  LINK_POLL_INTERVAL,
  RTMGRP_LINK,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
} from "./params.ts";
import { Readiness } from "./readiness.ts";

/** linux/netlink.h: what is lost when too much happens is not an error; one message is as good as many here. */
const SOL_NETLINK = 270;
const NETLINK_NO_ENOBUFS = 5;

/** Octets for netlink messages, which are only counted as "something changed". */
const MESSAGE_BUFFER = 64 * 1024;

/**
 * Rings when an interface of this network namespace changes: up, down, MTU, name, deleted. Messages of rtnetlink(7) are taken
 * as a doorbell and not parsed; the listener looks at its interface by itself. Where netlink is forbidden, rings at an interval.
 * Never keeps the process alive.
 */
export class LinkMonitor {
  readonly #changed: () => void;
  #readiness: Readiness | null = null;
  #interval: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(libc: Libc, changed: () => void) {
    this.#changed = changed;
    const socket = groupSocket(libc);
    if (socket < 0) {
      this.#poll();
      return;
    }
    try {
      this.#readiness = new Readiness(libc, socket, new Uint8Array(MESSAGE_BUFFER), {
        ready: () => this.#changed(),
        broken: () => this.#poll(),
      });
    } finally {
      libc.close(socket);
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#interval !== null) clearInterval(this.#interval);
    await this.#readiness?.close();
  }

  #poll(): void {
    if (this.#closed) return;
    this.#interval = setInterval(this.#changed, LINK_POLL_INTERVAL).unref();
  }
}

/** A netlink socket in the group of interface changes, or -1. */
function groupSocket(libc: Libc): number {
  const socket = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return -1;
  const one = new Uint8Array(new Int32Array([1]).buffer);
  libc.setsockopt(socket, SOL_NETLINK, NETLINK_NO_ENOBUFS, one, one.length);
  // struct sockaddr_nl: family, padding, port 0 (chosen by the kernel), groups.
  const address = new Uint32Array([0, 0, RTMGRP_LINK]);
  new Uint16Array(address.buffer)[0] = AF_NETLINK;
  if (libc.bind(socket, new Uint8Array(address.buffer), address.byteLength) >= 0) return socket;
  libc.close(socket);
  return -1;
}
