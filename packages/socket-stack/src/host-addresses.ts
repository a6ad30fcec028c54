import { networkInterfaces } from "node:os";
import { IpAddress, IpPrefix, NetError } from "@mnet/core";
import type { AddressInfo } from "@mnet/stack";
import { type OwnAddress, SourceAddresses } from "./source-address.ts";
import { lacksZone, parseHostAddress } from "./zoned-address.ts";

/** Which of the host's addresses the stack uses: by family every one (the unspecified address), some, or none. */
export class HostAddresses {
  readonly #v4: readonly OwnAddress[] | null;
  readonly #v6: readonly OwnAddress[] | null;
  readonly #sources4: SourceAddresses;
  readonly #sources6: SourceAddresses;

  constructor(v4: readonly OwnAddress[] | null, v6: readonly OwnAddress[] | null) {
    this.#v4 = v4;
    this.#v6 = v6;
    this.#sources4 = new SourceAddresses(v4 ?? []);
    this.#sources6 = new SourceAddresses(v6 ?? []);
  }

  has(family: 4 | 6): boolean {
    return this.#of(family) !== null;
  }

  withoutIpv6(): HostAddresses {
    return new HostAddresses(this.#v4, null);
  }

  /** What a socket on every address of a family is bound to: the unspecified address, or each one. Empty when the family is off. */
  every(family: 4 | 6): readonly IpAddress[] {
    return this.#of(family)?.map(({ address }) => address) ?? [];
  }

  /**
   * What a socket is bound to: no host and `::` are both families, or IPv6 alone; `0.0.0.0` is IPv4 alone.
   * @throws NetError EAFNOSUPPORT, EADDRNOTAVAIL. RangeError.
   */
  toBind(host: IpAddress | undefined, ipv6Only: boolean, syscall: string): readonly IpAddress[] {
    if (host === undefined) {
      if (!ipv6Only) return [...this.every(4), ...this.every(6)];
      this.checkFamily(IpAddress.anyV6, syscall);
      return this.every(6);
    }
    if (ipv6Only && host.family === 4) throw new RangeError(`ipv6Only contradicts host ${host}`);
    this.checkFamily(host, syscall);
    if (!host.isUnspecified) return [this.checkOwn(host, syscall)];
    return host.family === 4 || ipv6Only ? this.every(host.family) : [...this.every(4), ...this.every(6)];
  }

  /** @throws NetError EAFNOSUPPORT when the family of an address is off. */
  checkFamily(address: IpAddress, syscall: string): void {
    if (!this.has(address.family))
      throw new NetError("EAFNOSUPPORT", { syscall, address: address.toString() });
  }

  /** @throws NetError EADDRNOTAVAIL for an address that the stack does not use; whether the host has it shows when binding. */
  checkOwn(address: IpAddress, syscall: string): IpAddress {
    const own = this.every(address.family).find((other) =>
      other.isUnspecified ? !lacksZone(address) : other.equals(address),
    );
    if (own === undefined || address.isMulticast)
      throw new NetError("EADDRNOTAVAIL", { syscall, address: address.toString() });
    return own.isUnspecified ? address : own;
  }

  /**
   * Looks at where something is to be sent.
   * @throws NetError EAFNOSUPPORT. ENETUNREACH for a link-local address without a zone: the host has several links, and would guess. ENETUNREACH for
   * the unspecified address, which is nobody's (RFC 1122 3.2.1.3, RFC 4291 2.5.2): Linux would take it for itself.
   */
  checkDestination(address: IpAddress, syscall: string): void {
    this.checkFamily(address, syscall);
    if (address.isUnspecified) throw new NetError("ENETUNREACH", { syscall, address: address.toString() });
    if (!lacksZone(address)) return;
    const reason = "a link-local address of the host needs its zone, such as fe80::1%eth0";
    throw new NetError("ENETUNREACH", { syscall, address: address.toString(), reason });
  }

  /** Which of the stack's own addresses something leaves from, see {@link SourceAddresses.to}; `null` leaves it to the host. */
  sourceTo(destination: IpAddress): IpAddress | null {
    return (destination.family === 4 ? this.#sources4 : this.#sources6).to(destination);
  }

  list(): readonly AddressInfo[] {
    const infos = [...(this.#v4 ?? []), ...(this.#v6 ?? [])].flatMap((own) =>
      own.address.isUnspecified ? hostHas(own.address.family) : [own],
    );
    return infos.map(toInfo);
  }

  #of(family: 4 | 6): readonly OwnAddress[] | null {
    return family === 4 ? this.#v4 : this.#v6;
  }
}

/** The name of the interface that has an address; `null` when none has. */
export function interfaceOf(address: IpAddress): string | null {
  for (const [name, own] of Object.entries(networkInterfaces())) {
    if (own?.some((item) => parseHostAddress(item.address)?.equals(address))) return name;
  }
  return null;
}

/** 255.255.255.255, or the broadcast address of one of the host's networks. */
export function isBroadcast(address: IpAddress): boolean {
  if (address.family === 6 || address.isLimitedBroadcast) return address.isLimitedBroadcast;
  return hostHas(4).some((own) => new IpPrefix(own.address, own.prefixLength).broadcast?.equals(address));
}

function hostHas(family: 4 | 6): readonly OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, own = []]) =>
    own
      .filter((item) => item.family === `IPv${family}` && item.cidr !== null)
      .map((item) => {
        const linkLocal = parseHostAddress(item.address)?.isLinkLocal === true && family === 6;
        const address = parseHostAddress(linkLocal ? `${item.address}%${name}` : item.address)!;
        return { address, prefixLength: IpPrefix.parse(item.cidr!).length };
      }),
  );
}

function toInfo({ address, prefixLength }: OwnAddress): AddressInfo {
  return {
    family: address.family,
    address,
    prefixLength,
    scope: address.isLoopback ? "host" : address.isLinkLocal ? "link" : "global",
    state: "preferred",
    origin: address.family === 6 && address.isLinkLocal ? "link-local" : "static",
    preferredUntil: Number.POSITIVE_INFINITY,
    validUntil: Number.POSITIVE_INFINITY,
  };
}
