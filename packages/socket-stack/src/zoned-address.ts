import { IpAddress, type Words } from "@mnet/core";

/** A link-local address with the interface it is meant on (RFC 4007 11): `fe80::1%eth0`, which is also what the host wants to be told. */
export class ZonedAddress extends IpAddress {
  /** The interface's name, as the host has it. */
  readonly zone: string;

  constructor(words: Readonly<Words>, zone: string) {
    super(6, words.w0, words.w1, words.w2, words.w3);
    this.zone = zone;
  }

  override toString(): string {
    return `${super.toString()}%${this.zone}`;
  }
}

/** By its shape: two versions of this package may meet. */
export function hasZone(address: IpAddress): address is ZonedAddress {
  return "zone" in address;
}

/** Whether the host cannot know which link an address is on. */
export function lacksZone(address: IpAddress): boolean {
  return address.family === 6 && address.isLinkLocal && !hasZone(address);
}

/** Reads an address as the host writes it: IPv4-mapped ones become IPv4, link-local ones keep their zone. `null` when it is none. */
export function parseHostAddress(text: string): IpAddress | null {
  const percent = text.indexOf("%");
  const address = IpAddress.tryParse(percent < 0 ? text : text.slice(0, percent));
  if (address === null || percent < 0) return address;
  const zone = text.slice(percent + 1);
  const scoped = address.family === 6 && (address.isLinkLocal || address.isMulticast);
  return scoped && zone !== "" ? new ZonedAddress(address, zone) : null;
}
