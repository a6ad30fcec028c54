import { type IpAddress, NetError } from "@mnet/core";
import { interfaceOf } from "../host-addresses.ts";
import { GROUPS_PER_PORT } from "../params.ts";
import { hasZone, ZonedAddress } from "../zoned-address.ts";
import { HostSocket, type HostSocketSink } from "./host-socket.ts";

/** RFC 4291 2.7. */
const LINK_LOCAL_SCOPE = 2;

interface Membership {
  readonly group: IpAddress;
  /** The socket that is the member; `own` when it exists for nothing else. */
  readonly socket: HostSocket;
  readonly own: boolean;
  readonly through: string | undefined;
}

/**
 * The multicast groups of one port. A socket that is bound to an address hears nothing that is sent to a group, so there the group gets a socket of
 * its own, bound to the group itself.
 */
export class Groups {
  readonly #sink: HostSocketSink;
  #memberships: Membership[] = [];

  constructor(sockets: readonly HostSocket[], sink: HostSocketSink) {
    this.#sink = sink;
    for (const socket of sockets) {
      const through = interfaceFor(socket.address);
      // What is sent to groups leaves by the interface of the address it leaves from.
      if (through !== undefined) socket.setMulticastInterface(through);
    }
  }

  /** @param socket the port's, of the group's family. @throws NetError EADDRINUSE (already a member), ENOBUFS, ENETUNREACH. */
  join(group: IpAddress, socket: HostSocket): void {
    const at = { syscall: "joinGroup", address: group.toString() };
    if (this.#find(group) !== undefined) throw new NetError("EADDRINUSE", at);
    if (this.#memberships.length >= GROUPS_PER_PORT) throw new NetError("ENOBUFS", at);
    const own = !socket.address.isUnspecified;
    const zone = hasZone(group) ? group.zone : zoneOf(socket.address);
    const through = zone === null ? interfaceFor(socket.address) : `::%${zone}`;
    const member = own ? this.#socketOf(group, zone, socket.port) : socket;
    try {
      member.join(group, through);
    } catch (error) {
      if (own) member.close();
      throw error;
    }
    this.#memberships.push({ group, socket: member, own, through });
  }

  /** @throws NetError EADDRNOTAVAIL when it is not a member. */
  leave(group: IpAddress): void {
    const membership = this.#find(group);
    if (membership === undefined)
      throw new NetError("EADDRNOTAVAIL", { syscall: "leaveGroup", address: group.toString() });
    this.#memberships = this.#memberships.filter((other) => other !== membership);
    if (membership.own) membership.socket.close();
    else membership.socket.leave(membership.group, membership.through);
  }

  close(): void {
    for (const { socket, own } of this.#memberships) if (own) socket.close();
    this.#memberships = [];
  }

  /** A socket for what is sent to a group; of one that is on every link, for what is on that link (RFC 4007 6). */
  #socketOf(group: IpAddress, zone: string | null, port: number): HostSocket {
    const onLink = zone !== null && group.multicastScope <= LINK_LOCAL_SCOPE;
    const address = onLink ? new ZonedAddress(group, zone) : group;
    return new HostSocket({ address, port, reuse: true, broadcast: false }, this.#sink);
  }

  #find(group: IpAddress): Membership | undefined {
    return this.#memberships.find((membership) => membership.group.equals(group));
  }
}

/** How the host is told the interface of an address: IPv4 by the address itself, IPv6 by the interface's name. */
function interfaceFor(address: IpAddress): string | undefined {
  if (address.isUnspecified) return undefined;
  if (address.family === 4) return address.toString();
  const zone = zoneOf(address);
  return zone === null ? undefined : `::%${zone}`;
}

/** The name of the interface that has an IPv6 address; `null` for every address, and for IPv4, which has no zones. */
function zoneOf(address: IpAddress): string | null {
  if (address.family === 4 || address.isUnspecified) return null;
  return hasZone(address) ? address.zone : interfaceOf(address);
}
