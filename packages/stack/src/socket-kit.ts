/**
 * `@mnet/stack/socket-kit`: the asynchronous sockets without the layers under them, for whoever offers the `Stack` interface over something
 * else (`@mnet/socket-stack` does, over the host's sockets). Bring synchronous cores - a {@link FlowConnection}, a {@link ListenerCore}, a
 * {@link DatagramPort} - and a {@link SocketContext}; ordering, waiting, cancellation, errors and streams are then the same as on the direct stack.
 */

export { silentLogger } from "./logger.ts";
export { checkOctets, toOctets } from "./socket/address.ts";
export { failure, type Killable, SocketContext, type SocketDriver } from "./socket/context.ts";
export type { DatagramEvents, DatagramPort } from "./socket/datagram-port.ts";
export { DatagramSocket } from "./socket/datagram-socket.ts";
export { Deferred } from "./socket/deferred.ts";
export { Emitter } from "./socket/emitter.ts";
export { Flow } from "./socket/flow.ts";
export type {
  FlowConnection,
  FlowConnectionEvents,
  ListenerCore,
  ListenerCoreEvents,
} from "./socket/flow-connection.ts";
export { EventRelay } from "./socket/flow-events.ts";
export { Listener } from "./socket/listener.ts";
