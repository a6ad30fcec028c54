/**
 * A whole TCP/IP stack on one device. {@link createStack} composes the layers of @mnet; the sockets are asynchronous faces of their
 * synchronous core. Everything below a socket runs in plain nested calls: see ARCHITECTURE.md.
 */

export type * from "./api/common.ts";
export type * from "./api/configuration.ts";
export type * from "./api/stack.ts";
export type * from "./api/tcp.ts";
export type * from "./api/udp.ts";
export { createStack } from "./create-stack.ts";
export type { TcpStateMessage, TcpTimeoutMessage } from "./engine/diagnostics.ts";
export { macOfName } from "./engine/mac-of-name.ts";
export type { AddressMode, StackOptions, StackParameters } from "./engine/options.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
export { PlatformHost } from "./platform-host.ts";
