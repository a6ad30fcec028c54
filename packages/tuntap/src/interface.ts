import { IpAddress, type IpPrefix, MacAddress } from "@mnet/core";
import { controlError } from "./errors.ts";
import { Ifreq, in6Ifreq } from "./ifreq.ts";
import { Errno, type Libc } from "./libc.ts";
import { AF_INET, AF_INET6, InterfaceFlag, Ioctl, SOCK_CLOEXEC, SOCK_DGRAM } from "./params.ts";
import { setQueueLength } from "./queue-length.ts";

/**
 * The host's side of a network interface, as `ip link` and `ip address` see it, through ioctls (netdevice(7)). Questions answer
 * `null` when there is no such interface in this network namespace; changes throw a NetError (EPERM, ENODEV, EINVAL).
 */
export class HostInterface {
  readonly #libc: Libc;
  readonly #socket: number;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#socket = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (this.#socket < 0) throw controlError("socket", libc.errno());
  }

  close(): void {
    this.#libc.close(this.#socket);
  }

  /** The interface's number; unique in the namespace. */
  index(name: string): number | null {
    return this.#ask(name, Ioctl.SIOCGIFINDEX)?.int ?? null;
  }

  mtu(name: string): number | null {
    return this.#ask(name, Ioctl.SIOCGIFMTU)?.int ?? null;
  }

  /** The host's own MAC address on the interface, never the one to give to a stack. */
  mac(name: string): MacAddress | null {
    const request = this.#ask(name, Ioctl.SIOCGIFHWADDR);
    return request === null ? null : MacAddress.read(request.bytes, Ifreq.hardwareAddress);
  }

  /** Whether the interface is administratively up. */
  isUp(name: string): boolean | null {
    const request = this.#ask(name, Ioctl.SIOCGIFFLAGS);
    return request === null ? null : (request.flags & InterfaceFlag.UP) !== 0;
  }

  setUp(name: string, up: boolean): void {
    const request = this.#ask(name, Ioctl.SIOCGIFFLAGS);
    if (request === null) throw controlError("SIOCGIFFLAGS", Errno.ENODEV, name);
    const wanted = up ? request.flags | InterfaceFlag.UP : request.flags & ~InterfaceFlag.UP;
    if (wanted === request.flags) return;
    request.flags = wanted;
    this.#set("SIOCSIFFLAGS", request);
  }

  setMtu(name: string, mtu: number): void {
    if (this.mtu(name) === mtu) return;
    const request = new Ifreq(name);
    request.int = mtu;
    this.#set("SIOCSIFMTU", request);
  }

  /** @param frames how many the kernel queues towards the reader. */
  setQueueLength(name: string, frames: number): void {
    setQueueLength(this.#libc, this.#index(name), name, frames);
  }

  /** The host's first address; `null` when it has none. */
  ipv4(name: string): IpAddress | null {
    const request = this.#ask(name, Ioctl.SIOCGIFADDR);
    return request === null ? null : IpAddress.v4(request.ipv4);
  }

  /** Makes `prefix` the host's first IPv4 address and puts its network on the interface. What is there already stays. */
  setIpv4(name: string, prefix: IpPrefix): void {
    const mask = prefix.length === 0 ? 0 : -1 << (32 - prefix.length);
    if (this.ipv4(name)?.equals(prefix.address) !== true) {
      const address = new Ifreq(name);
      address.ipv4 = prefix.address.w3;
      this.#set("SIOCSIFADDR", address);
    }
    if (this.#ask(name, Ioctl.SIOCGIFNETMASK)?.ipv4 === mask) return;
    const netmask = new Ifreq(name);
    netmask.ipv4 = mask;
    this.#set("SIOCSIFNETMASK", netmask);
  }

  /** Adds an IPv6 address; one that is there already stays. */
  addIpv6(name: string, prefix: IpPrefix): void {
    const index = this.#index(name);
    const socket = this.#libc.socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) throw controlError("socket", this.#libc.errno(), name);
    const request = in6Ifreq(prefix.address, prefix.length, index);
    const failed = this.#libc.ioctl(socket, Ioctl.SIOCSIFADDR, request) < 0 ? this.#libc.errno() : 0;
    this.#libc.close(socket);
    if (failed !== 0 && failed !== Errno.EEXIST) throw controlError("SIOCSIFADDR", failed, name);
  }

  #index(name: string): number {
    const index = this.index(name);
    if (index === null) throw controlError("SIOCGIFINDEX", Errno.ENODEV, name);
    return index;
  }

  #ask(name: string, ioctl: number): Ifreq | null {
    const request = new Ifreq(name);
    return this.#libc.ioctl(this.#socket, ioctl, request.bytes) < 0 ? null : request;
  }

  #set(call: keyof typeof Ioctl, request: Ifreq): void {
    if (this.#libc.ioctl(this.#socket, Ioctl[call], request.bytes) >= 0) return;
    throw controlError(call, this.#libc.errno(), request.name);
  }
}
