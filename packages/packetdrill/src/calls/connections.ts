import { IpAddress, isNetError } from "@mnet/core";
import type { ConnectionOptions } from "@mnet/tcp";
import { TcpState } from "@mnet/tcp";
import { Unsupported } from "../engine/outcome.ts";
import { expectAddress, portIn, refusal } from "./address.ts";
import type { Arguments } from "./arguments.ts";
import type { Machine } from "./machine.ts";
import { type Attempt, atOnce, failed, returned } from "./outcome.ts";
import { type StreamOptions, StreamSocket } from "./stream-socket.ts";

/** The port of servers, ours and the script's peer's, where a script leaves it open. */
const SERVER_PORT = 8080;

/** `bind(fd, address, length)`. */
export function bind(machine: Machine, given: Arguments): Attempt {
  machine.stream(given.number(0)).localPort = portIn(given.at(1)) ?? SERVER_PORT;
  return atOnce(returned(0));
}

/** `listen(fd, backlog)`. */
export function listen(machine: Machine, given: Arguments): Attempt {
  const socket = machine.stream(given.number(0));
  socket.backlog = Math.max(1, given.number(1));
  return startListening(machine, socket);
}

/** A listener takes its options when it is made: one whose options change is made anew, as long as nobody has called. */
export function listenAgain(machine: Machine, socket: StreamSocket): Attempt {
  const listener = socket.listener!;
  if (listener.halfOpen + listener.pending > 0) throw new Unsupported("setsockopt of a listener in use");
  listener.close(machine.now());
  return startListening(machine, socket);
}

function startListening(machine: Machine, socket: StreamSocket): Attempt {
  const { backlog, localPort: port } = socket;
  const family = familyOf(socket);
  const events = { acceptable: () => {}, closed: () => {} };
  return attemptOnce(() => {
    const options = { ...connectionOptions(socket.options), ...(family !== null && { family }) };
    socket.listener = machine.tcp.listen({ ...options, port, backlog }, events);
    machine.passivePort = socket.listener.local.port;
    return 0;
  });
}

/** AF_INET sockets are IPv4's alone, AF_INET6 sockets take both unless IPV6_V6ONLY says otherwise (RFC 3493 5.3). */
function familyOf({ domain, onlyV6 }: StreamSocket): 4 | 6 | null {
  if (domain === 4) return 4;
  return onlyV6 ? 6 : null;
}

/** `accept(fd, address, length)`: the new descriptor is the script's. */
export function accept(machine: Machine, given: Arguments): Attempt {
  const { listener, options, domain, onlyV6 } = machine.stream(given.number(0));
  if (listener === null) return atOnce(failed("EINVAL"));
  return () => {
    const socket = new StreamSocket(options, domain);
    socket.onlyV6 = onlyV6;
    const connection = listener.accept(socket.events);
    if (connection === null) return null;
    if (given.count > 1) expectAddress("accept", given.at(1), connection.remote, domain);
    socket.connection = connection;
    socket.established = true;
    return machine.opened(socket);
  };
}

/** `connect(fd, address, length)`. */
export function connect(machine: Machine, given: Arguments): Attempt {
  const socket = machine.stream(given.number(0));
  if (socket.connection !== null) return connectAgain(socket);
  const refused = refusal(given.at(1), machine.remote, socket.domain);
  if (refused !== null) return atOnce(failed(refused));
  // No packet of IPv6 reaches an IPv4-mapped address.
  if (socket.onlyV6 && machine.remote.family === 4) return atOnce(failed("ENETUNREACH"));
  const remote = { address: machine.remote, port: portIn(given.at(1)) ?? SERVER_PORT };
  const local = socket.localPort === 0 ? {} : { local: { port: socket.localPort } };
  try {
    const options = { ...connectionOptions(socket.options), ...local };
    socket.connection = machine.tcp.connect(remote, options, socket.events, machine.now());
  } catch (error) {
    return atOnce(failedWith(error));
  }
  socket.connecting = true;
  machine.activeOpen();
  if (socket.nonBlocking) return atOnce(failed("EINPROGRESS"));
  return () => outcomeOf(socket);
}

function connectAgain(socket: StreamSocket): Attempt {
  if (!socket.connecting) return atOnce(failed("EISCONN"));
  return () => outcomeOf(socket) ?? failed("EALREADY");
}

function outcomeOf(socket: StreamSocket): ReturnType<Attempt> {
  const error = socket.takeError();
  if (error !== null) return failed(error);
  if (!socket.established) return null;
  socket.connecting = false;
  return returned(0);
}

/** `getsockname(fd, address, length)`. */
export function getsockname(machine: Machine, given: Arguments): Attempt {
  const { connection, localPort: port, domain } = machine.stream(given.number(0));
  const unbound = domain === 4 ? IpAddress.anyV4 : IpAddress.anyV6;
  const local = connection?.local ?? { address: port === 0 ? unbound : machine.local, port };
  expectAddress("getsockname", given.at(1), local, domain);
  return atOnce(returned(0));
}

/** `getpeername(fd, address, length)`. */
export function getpeername(machine: Machine, given: Arguments): Attempt {
  const { connection, established, domain } = machine.stream(given.number(0));
  if (connection === null || !established) return atOnce(failed("ENOTCONN"));
  expectAddress("getpeername", given.at(1), connection.remote, domain);
  return atOnce(returned(0));
}

/** `shutdown(fd, how)`. */
export function shutdown(machine: Machine, given: Arguments): Attempt {
  const socket = machine.stream(given.number(0));
  const { connection } = socket;
  const how = given.word(1);
  if (connection === null || connection.state === TcpState.Closed) return atOnce(failed("ENOTCONN"));
  if (how === "SHUT_RD" || how === "SHUT_RDWR") {
    // Linux goes on taking text, and lets it be read; there SHUT_RD is a matter of the socket alone.
    if (machine.dialect !== "linux") connection.shutdownRead(machine.now());
    socket.readShutdown = true;
  }
  if (how === "SHUT_WR" || how === "SHUT_RDWR") connection.shutdownWrite(machine.now());
  return atOnce(returned(0));
}

/** `close(fd)`. */
export function close(machine: Machine, given: Arguments): Attempt {
  const descriptor = machine.release(given.number(0));
  if (descriptor.kind === "datagram") descriptor.close(machine.now());
  else {
    descriptor.listener?.close(machine.now());
    if (descriptor.abortOnClose) descriptor.connection?.abort(machine.now());
    else descriptor.connection?.close(machine.now());
  }
  return atOnce(returned(0));
}

/** The layer's options of a socket's. @throws Unsupported for an algorithm that does not exist. */
function connectionOptions(options: StreamOptions): ConnectionOptions {
  const {
    keepAlive,
    keepAliveIdle,
    keepAliveInterval,
    keepAliveProbes,
    congestion,
    connectTimeout,
    ...others
  } = options;
  const probing = {
    ...(keepAliveIdle !== undefined && { idle: keepAliveIdle }),
    ...(keepAliveInterval !== undefined && { interval: keepAliveInterval }),
    ...(keepAliveProbes !== undefined && { probes: keepAliveProbes }),
  };
  const bounded = connectTimeout === undefined ? {} : { userTimeout: connectTimeout };
  return { ...bounded, ...others, ...(keepAlive && { keepAlive: probing }), ...algorithm(congestion) };
}

function algorithm(name: string | undefined): Pick<ConnectionOptions, "congestion"> {
  if (name === undefined) return {};
  if (name === "cubic") return { congestion: "cubic" };
  if (name === "reno" || name === "newreno") return { congestion: "newreno" };
  throw new Unsupported(`congestion control ${name}`);
}

function attemptOnce(act: () => number): Attempt {
  try {
    return atOnce(returned(act()));
  } catch (error) {
    return atOnce(failedWith(error));
  }
}

function failedWith(error: unknown): ReturnType<typeof failed> {
  if (!isNetError(error)) throw error;
  return failed(error.code);
}
