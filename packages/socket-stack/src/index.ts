/**
 * The stack of the host: the `Stack` interface of @mnet/stack over node:net and node:dgram, so that a service runs unchanged where there is no
 * device for it. MirageOS calls this a socket stack.
 */

export { createSocketStack } from "./create-socket-stack.ts";
export type { SocketStackOptions } from "./options.ts";
