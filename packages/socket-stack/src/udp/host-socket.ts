import { createSocket, type Socket } from "node:dgram";
import { type Endpoint, type IpAddress, NetError, type NetErrorCode } from "@mnet/core";
import { isBroadcast } from "../host-addresses.ts";
import { hostErrorCode } from "../host-error.ts";
import { parseHostAddress } from "../zoned-address.ts";

/** Who hears what a {@link HostSocket} receives. */
export interface HostSocketSink {
  received(data: Uint8Array<ArrayBuffer>, remote: Endpoint, socket: HostSocket): void;
  failed(code: NetErrorCode): void;
}

export interface HostSocketOptions {
  readonly address: IpAddress;
  readonly port: number;
  readonly reuse: boolean;
  readonly broadcast: boolean;
}

type LookupCallback = (error: null, address: string, family: number) => void;

/** Addresses need no looking up, and without it everything below happens before the call returns. */
function lookUp(address: string, ...rest: unknown[]): void {
  const callback = rest.at(-1) as LookupCallback;
  callback(null, address, address.includes(":") ? 6 : 4);
}

/** One UDP socket of the host, of one family. */
export class HostSocket {
  readonly address: IpAddress;
  readonly port: number;
  readonly #socket: Socket;
  readonly #sink: HostSocketSink;
  readonly #broadcast: boolean;
  /** The sender of the last datagram: the next one most likely has the same. */
  #lastText = "";
  #lastAddress: IpAddress | null = null;
  /** What a call has just met, before it returned. */
  #met: Error | null = null;

  /** @throws NetError EADDRINUSE, EADDRNOTAVAIL, EPERM. */
  constructor({ address, port, reuse, broadcast }: HostSocketOptions, sink: HostSocketSink) {
    this.address = address;
    this.port = port;
    this.#sink = sink;
    this.#broadcast = broadcast;
    this.#socket = createSocket({
      type: address.family === 4 ? "udp4" : "udp6",
      ipv6Only: address.family === 6,
      reuseAddr: reuse,
      lookup: lookUp as never,
    });
    const noteBind = (error: Error): void => {
      this.#met = error;
    };
    this.#socket.on("error", noteBind);
    this.#socket.bind({ address: address.toString(), port, exclusive: true });
    this.#socket.off("error", noteBind);
    if (this.#met !== null) {
      this.#socket.close();
      const code = hostErrorCode(this.#met);
      throw new NetError(code, { syscall: "bind", address: address.toString(), port });
    }
    if (broadcast && address.family === 4) this.#socket.setBroadcast(true);
    this.#socket
      .on("message", (data: Buffer<ArrayBuffer>, from) => this.#received(data, from.address, from.port))
      .on("error", (error) => sink.failed(hostErrorCode(error)));
  }

  /** Where it is bound, with the address that the host chose for its peer once there is one. */
  local(): Endpoint {
    const { address, port } = this.#socket.address();
    return { address: parseHostAddress(address)!, port };
  }

  /** @param to `null` for the peer. */
  send(data: Uint8Array, to: Endpoint | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null): void => {
        if (error === null) resolve();
        else reject(sendError(error, to));
      };
      // The host may take it later, when the caller has other things in that array.
      const copy = data.slice();
      if (to === null) this.#socket.send(copy, done);
      else this.#socket.send(copy, to.port, to.address.toString(), done);
    });
  }

  /** @throws NetError ENETUNREACH, EPERM. */
  connect(to: Endpoint): void {
    // Node tells in a later turn what connect(2) said at once; that the socket has no peer then is all that can be seen now.
    this.#socket.connect(to.port, to.address.toString(), () => {});
    try {
      this.#socket.remoteAddress();
    } catch {
      const code = !this.#broadcast && isBroadcast(to.address) ? "EPERM" : "ENETUNREACH";
      throw new NetError(code, { syscall: "connect", address: to.address.toString(), port: to.port });
    }
  }

  disconnect(): void {
    this.#socket.disconnect();
  }

  /** @param through the host's name or address of the interface; by its routes when absent. @throws NetError ENETUNREACH. */
  join(group: IpAddress, through: string | undefined): void {
    this.#attempt("joinGroup", group, () => this.#socket.addMembership(plainGroup(group), through));
  }

  leave(group: IpAddress, through: string | undefined): void {
    this.#attempt("leaveGroup", group, () => this.#socket.dropMembership(plainGroup(group), through));
  }

  /** The interface that multicasts leave by. */
  setMulticastInterface(through: string): void {
    this.#attempt("bind", this.address, () => this.#socket.setMulticastInterface(through));
  }

  close(): void {
    this.#socket.removeAllListeners("message").close();
  }

  #attempt(syscall: string, address: IpAddress, run: () => void): void {
    try {
      run();
    } catch (error) {
      throw new NetError(hostErrorCode(error), { syscall, address: address.toString(), cause: error });
    }
  }

  #received(data: Buffer<ArrayBuffer>, from: string, port: number): void {
    if (from !== this.#lastText) {
      this.#lastAddress = parseHostAddress(from);
      this.#lastText = from;
    }
    // Not a Buffer: its `slice` would be a view.
    const owned = new Uint8Array(data.buffer, data.byteOffset, data.length);
    this.#sink.received(owned, { address: this.#lastAddress!, port }, this);
  }
}

/** The host takes the zone of a group as the interface, not with the group. */
function plainGroup(group: IpAddress): string {
  return group.toString().replace(/%.*$/, "");
}

function sendError(error: Error, to: Endpoint | null): NetError {
  const at = to === null ? {} : { address: to.address.toString(), port: to.port };
  return new NetError(hostErrorCode(error), { syscall: "send", ...at, cause: error });
}
