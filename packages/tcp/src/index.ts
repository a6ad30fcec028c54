/**
 * TCP (RFC 9293) over any `IpLayer` of @mnet/core. {@link TcpLayer} is the protocol; a connection is used without waiting through
 * {@link TcpConnection} and {@link ConnectionEvents}. `@mnet/stack` puts promises and streams over it.
 */

export type { MemoryLimits } from "./buffers/slab-pool.ts";
export type { CongestionChoice, CongestionFactory } from "./congestion/choice.ts";
export type { CongestionController, DeliverySample } from "./congestion/controller.ts";
export { Cubic } from "./congestion/cubic.ts";
export { NewReno } from "./congestion/newreno.ts";
export { TcpConnection } from "./connection.ts";
export { defaultParameters } from "./defaults.ts";
export type {
  ConnectionEvents,
  ConnectionOptions,
  ConnectOptions,
  KeepAliveOptions,
  ListenerEvents,
  ListenOptions,
} from "./events.ts";
export type { TcpInfo } from "./info.ts";
export { TcpLayer, type TcpLayerOptions } from "./layer.ts";
export { TcpListener } from "./listener.ts";
export type { TcpObserver } from "./observer.ts";
export type { EcnMode, TcpParameters } from "./params.ts";
export { TcpState, tcpStateName } from "./state.ts";
