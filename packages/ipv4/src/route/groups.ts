import { type IpAddress, type LinkLayer, MacAddress } from "@mnet/core";

/** 224.0.0.1, which every host is a member of (RFC 1112 4). */
export const ALL_HOSTS: number = 0xe0000001 | 0;

/** The groups we are a member of, with a count of joins each. */
export class GroupMembership {
  readonly #link: LinkLayer;
  readonly #joins = new Map<number, number>();

  /** Joins {@link ALL_HOSTS}. */
  constructor(link: LinkLayer) {
    this.#link = link;
    this.#joins.set(ALL_HOSTS, 1);
    link.joinGroup(MacAddress.ofIpv4Group(ALL_HOSTS));
  }

  /** @param bits the group as int32. */
  has(bits: number): boolean {
    return this.#joins.has(bits);
  }

  /** @throws RangeError when `group` is no IPv4 group. */
  join(group: IpAddress): void {
    checkGroup(group);
    const joins = this.#joins.get(group.w3) ?? 0;
    this.#joins.set(group.w3, joins + 1);
    if (joins === 0) this.#link.joinGroup(MacAddress.ofIpv4Group(group.w3));
  }

  /** @throws RangeError when `group` is no IPv4 group, or was left as often as it was joined. */
  leave(group: IpAddress): void {
    checkGroup(group);
    const joins = this.#joins.get(group.w3) ?? 0;
    const own = group.w3 === ALL_HOSTS ? 1 : 0;
    if (joins <= own) throw new RangeError(`group ${group} was not joined`);
    if (joins > 1) {
      this.#joins.set(group.w3, joins - 1);
    } else {
      this.#joins.delete(group.w3);
      this.#link.leaveGroup(MacAddress.ofIpv4Group(group.w3));
    }
  }
}

function checkGroup(group: IpAddress): void {
  if (group.family !== 4 || !group.isMulticast) throw new RangeError(`group ${group} is not an IPv4 group`);
}
