import { checkPort, type Endpoint, type IpLayer, type Millis, NetError, type Route } from "@mnet/core";
import { TcpConnection } from "./connection.ts";
import type { TcpContext } from "./context.ts";
import { ControlBlock } from "./control-block.ts";
import type { ConnectionEvents, ConnectOptions, ListenerEvents, ListenOptions } from "./events.ts";
import { setState } from "./lifecycle.ts";
import { TcpListener } from "./listener.ts";
import { FlowSettings } from "./settings.ts";
import { TcpState } from "./state.ts";
import { userDeadlineFrom } from "./timers/user-timeout.ts";

/** Active OPEN (RFC 9293 3.10.1); `TcpLayer.connect` documents it. */
export function openActively(
  context: TcpContext,
  remote: Endpoint,
  options: ConnectOptions,
  events: ConnectionEvents,
  now: Millis,
): TcpConnection {
  const settings = new FlowSettings(options, context.params);
  checkPort(remote.port, "remote.port", 1);
  if (context.slabs.exhausted) {
    context.statistics.refusedOnMemory++;
    throw refuse("ENOBUFS", remote);
  }
  const network = context.network(remote.address.family);
  if (network === null) throw refuse("EAFNOSUPPORT", remote);
  const route = routeTo(network, remote, options);
  const local = checkPort(options.local?.port ?? 0, "local.port");
  const port = local === 0 ? choosePort(context, route, remote) : local;
  if (local !== 0 && isTaken(context, route, local, remote)) throw refuse("EADDRINUSE", remote);
  const iss = context.initialSequence.choose(route.source, port, remote.address, remote.port, now);
  const ports = { local: port, remote: remote.port };
  const block = new ControlBlock(context, network, route, ports, settings, iss, events, now);
  block.connection = new TcpConnection(block);
  block.receiveScale = settings.windowScale;
  block.userDeadline = userDeadlineFrom(block, now);
  setState(block, TcpState.SynSent);
  context.statistics.activeOpens++;
  context.flows.add(block);
  context.markDirty(block);
  context.timers.arm(block);
  return block.connection;
}

/** Passive OPEN (RFC 9293 3.10.1); `TcpLayer.listen` documents it. */
export function openPassively(
  context: TcpContext,
  options: ListenOptions,
  events: ListenerEvents,
): TcpListener {
  const settings = new FlowSettings(options, context.params);
  checkPort(options.port, "port");
  const backlog = options.backlog ?? context.params.backlog;
  if (!Number.isInteger(backlog) || backlog < 1) {
    throw new RangeError(`backlog must be a positive integer, not ${backlog}`);
  }
  const { address: given } = options;
  const address = given === undefined || given.isUnspecified ? null : given;
  const family = given?.family ?? options.family ?? null;
  const where = { syscall: "listen", port: options.port, ...(given && { address: given.toString() }) };
  if (family !== null) {
    const network = context.network(family);
    if (network === null || (options.family ?? family) !== family) throw new NetError("EAFNOSUPPORT", where);
    if (address !== null && (address.isMulticast || !network.isLocal(address)))
      throw new NetError("EADDRNOTAVAIL", where);
  }
  let { port } = options;
  if (port === 0) {
    const any = address ?? context.listeners.any;
    port = context.ports.choose(any, any, 0, (candidate) => context.listeners.hasPort(candidate));
    if (port < 0) throw new NetError("EADDRNOTAVAIL", where);
  } else if (context.listeners.conflicts(address, family, port)) {
    throw new NetError("EADDRINUSE", where);
  }
  const listener = new TcpListener(context, { address, family, port, backlog }, settings, events);
  context.listeners.add(listener);
  return listener;
}

function routeTo(network: IpLayer, remote: Endpoint, options: ConnectOptions): Route {
  const from = options.local?.address;
  if (from !== undefined && !from.isUnspecified && !network.isLocal(from))
    throw refuse("EADDRNOTAVAIL", remote);
  // MUST-46: not to multicast, broadcast or the unspecified address.
  if (remote.address.isUnspecified || remote.address.isMulticast) throw refuse("ENETUNREACH", remote);
  const route =
    from === undefined || from.isUnspecified
      ? network.route(remote.address)
      : network.route(remote.address, from);
  if (route === null || route.cast !== "unicast") throw refuse("ENETUNREACH", remote);
  return route;
}

function choosePort(context: TcpContext, route: Route, remote: Endpoint): number {
  const port = context.ports.choose(
    route.source,
    remote.address,
    remote.port,
    (candidate) =>
      context.listeners.hasPort(candidate) ||
      context.flows.find(route.source, candidate, remote.address, remote.port) !== null,
  );
  if (port < 0) throw refuse("EADDRNOTAVAIL", remote);
  return port;
}

function refuse(
  code: "ENOBUFS" | "EAFNOSUPPORT" | "ENETUNREACH" | "EADDRNOTAVAIL" | "EADDRINUSE",
  remote: Endpoint,
): NetError {
  return new NetError(code, { syscall: "connect", address: remote.address.toString(), port: remote.port });
}

/** Whether a connection, half-open ones and TIME-WAIT included, has this 4-tuple. */
function isTaken(context: TcpContext, route: Route, port: number, remote: Endpoint): boolean {
  if (context.flows.find(route.source, port, remote.address, remote.port) !== null) return true;
  const listener = context.listeners.find(route.source, port);
  return listener !== null && listener.synQueue.find(route.source, remote.address, remote.port) !== null;
}
