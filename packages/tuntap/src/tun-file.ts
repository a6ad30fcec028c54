import { closeSync, constants, openSync } from "node:fs";
import { attachError, openError, TUN_FILE } from "./errors.ts";
import { Ifreq } from "./ifreq.ts";
import { Errno, type Libc } from "./libc.ts";
import { Ioctl, TunFlag } from "./params.ts";

/**
 * A descriptor attached to a TAP: each read is one frame from the host, each write one frame to it (Documentation/networking/tuntap).
 * Calls answer the octets moved, or a negative error number; nothing throws.
 */
export class TunFile {
  readonly #libc: Libc;
  /** -1 once closed. */
  #descriptor: number;

  /**
   * Attaches to the TAP `name`, creating it when there is none.
   * @throws NetError EPERM, EBUSY, ENODEV or EINVAL, each saying what to do.
   */
  constructor(libc: Libc, name: string) {
    this.#libc = libc;
    this.#descriptor = openTunFile();
    const request = new Ifreq(name);
    request.flags = TunFlag.TAP | TunFlag.NO_PI;
    if (libc.ioctl(this.#descriptor, Ioctl.TUNSETIFF, request.bytes) >= 0) return;
    const failed = libc.errno();
    this.close();
    throw attachError(failed, name);
  }

  get descriptor(): number {
    return this.#descriptor;
  }

  /** The present name of the interface, which may be renamed; `null` once it is deleted. */
  name(): string | null {
    const request = new Ifreq("");
    return this.#libc.ioctl(this.#descriptor, Ioctl.TUNGETIFF, request.bytes) < 0 ? null : request.name;
  }

  read(address: number, length: number): number {
    const octets = this.#libc.read(this.#descriptor, address, length);
    return octets < 0 ? -this.#libc.errno() : octets;
  }

  write(address: number, length: number): number {
    const octets = this.#libc.write(this.#descriptor, address, length);
    return octets < 0 ? -this.#libc.errno() : octets;
  }

  /** @param vectors the address of `count` iovec entries. */
  writeVectors(vectors: number, count: number): number {
    const octets = this.#libc.writev(this.#descriptor, vectors, count);
    return octets < 0 ? -this.#libc.errno() : octets;
  }

  /** Detaches; an interface that is not persistent goes away. Idempotent. */
  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

function openTunFile(): number {
  try {
    return openSync(TUN_FILE, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    throw openError((error as NodeJS.ErrnoException).code ?? "unknown");
  }
}

/** Whether an error number of {@link TunFile} says that the interface was deleted. */
export function isGone(errno: number): boolean {
  return errno === Errno.EBADFD || errno === Errno.EBADF || errno === Errno.EFAULT;
}
