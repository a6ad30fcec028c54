import { Server, type Socket } from "node:net";
import { type Endpoint, IpAddress } from "@mnet/core";
import type { TcpListenOptions } from "@mnet/stack";
import type {
  FlowConnection,
  FlowConnectionEvents,
  ListenerCore,
  ListenerCoreEvents,
} from "@mnet/stack/socket-kit";
import { bindAtPort } from "../choose-port.ts";
import type { HostContext } from "../host-context.ts";
import { BACKLOG } from "../params.ts";
import { HostConnection } from "./connection.ts";
import { endsOf } from "./ends.ts";
import { listenNow } from "./listening.ts";
import { nodeSocketOptions } from "./options.ts";

interface Waiting {
  readonly socket: Socket;
  readonly ends: { readonly local: Endpoint; readonly remote: Endpoint };
}

/** Listening sockets of the host, one per family or address, at one port. */
export class HostListener implements ListenerCore {
  readonly local: Endpoint;
  readonly #context: HostContext;
  readonly #options: TcpListenOptions;
  readonly #events: ListenerCoreEvents;
  readonly #backlog: number;
  readonly #servers: readonly Server[];
  #waiting: Waiting[] = [];

  /** @throws RangeError. NetError EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EPERM, ENOTSUP. */
  constructor(
    context: HostContext,
    options: TcpListenOptions,
    host: IpAddress | undefined,
    events: ListenerCoreEvents,
  ) {
    const { port, ipv6Only = false, backlog = BACKLOG } = options;
    if (!Number.isInteger(backlog) || backlog < 1) {
      throw new RangeError(`backlog must be a positive integer, not ${backlog}`);
    }
    this.#context = context;
    this.#options = options;
    this.#events = events;
    this.#backlog = backlog;
    const addresses = context.addresses.toBind(host, ipv6Only, "listen");
    const bound = bindAtPort(port, "listen", (candidate) => ({
      servers: this.#listen(addresses, candidate),
      port: candidate,
    }));
    this.#servers = bound.servers;
    const any = addresses.every(({ family }) => family === 4) ? IpAddress.anyV4 : IpAddress.anyV6;
    const address = host === undefined || host.isUnspecified ? any : host;
    this.local = { address, port: bound.port };
  }

  accept(events: FlowConnectionEvents): FlowConnection | null {
    const next = this.#waiting.shift();
    if (next === undefined) return null;
    return new HostConnection(this.#context, next.socket, next.ends, this.#options, events);
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const { socket } of this.#waiting) socket.resetAndDestroy();
    this.#waiting = [];
  }

  #listen(addresses: readonly IpAddress[], port: number): readonly Server[] {
    const servers: Server[] = [];
    try {
      for (const address of addresses) {
        const server = this.#server();
        servers.push(server);
        listenNow(server, address, port, this.#backlog);
      }
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
    return servers;
  }

  #server(): Server {
    const options = {
      ...nodeSocketOptions(this.#options, "listen"),
      allowHalfOpen: true,
      pauseOnConnect: true,
      highWaterMark: 1,
    };
    const server = new Server(options, (socket) => this.#arrived(socket));
    // Of a connection that could not be taken, such as for want of descriptors; the server goes on. What `listen` met was thrown.
    server.on("error", (error) => this.#context.logger.warn("accept failed", { layer: "tcp", error }));
    return server;
  }

  #arrived(socket: Socket): void {
    // Until somebody accepts it there is nobody to tell.
    socket.on("error", () => {});
    const ends = endsOf(socket);
    if (ends === null) {
      socket.destroy();
    } else if (this.#waiting.length >= this.#backlog) {
      this.#context.refused++;
      socket.resetAndDestroy();
    } else {
      this.#waiting.push({ socket, ends });
      this.#events.acceptable();
    }
  }
}
