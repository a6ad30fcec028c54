import { type IpAddress, NetError } from "@mnet/core";
import { interfaceOf } from "../host-addresses.ts";
import { GROUPS_PER_PORT } from "../params.ts";
import { ZonedAddress } from "../zoned-address.ts";
import { HostSocket, type HostSocketSink } from "./host-socket.ts";

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
    const through = group instanceof ZonedAddress ? `::%${group.zone}` : interfaceFor(socket.address);
    const { port } = socket;
    const member = own
      ? new HostSocket({ address: group, port, reuse: true, broadcast: false }, this.#sink)
      : socket;
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

  #find(group: IpAddress): Membership | undefined {
    return this.#memberships.find((membership) => membership.group.equals(group));
  }
}

/** How the host is told the interface of an address: IPv4 by the address itself, IPv6 by the interface's name. */
function interfaceFor(address: IpAddress): string | undefined {
  if (address.isUnspecified) return undefined;
  if (address.family === 4) return address.toString();
  const name = address instanceof ZonedAddress ? address.zone : interfaceOf(address);
  return name === null ? undefined : `::%${name}`;
}
