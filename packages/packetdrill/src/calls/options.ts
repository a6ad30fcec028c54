import { Unsupported } from "../engine/outcome.ts";
import { type Arguments, boxedWord, expectBoxed } from "./arguments.ts";
import { listenAgain } from "./connections.ts";
import type { Machine } from "./machine.ts";
import { type Attempt, atOnce, failed, returned } from "./outcome.ts";
import type { StreamOptions, StreamSocket } from "./stream-socket.ts";

const SECOND = 1000;

/** Options that change nothing here: one address, one user, one script. */
const without = new Set([
  "SO_REUSEADDR",
  "SO_REUSEPORT",
  "TCP_QUICKACK",
  "SO_PRIORITY",
  // Whether the host listens to ICMP and sets DF: no script looks at the bit.
  "IP_MTU_DISCOVER",
  // Read with the settings.
  "TCP_LINGER2",
]);

/** What an option of `setsockopt` is called here, and in which unit it comes. */
const numbers: Readonly<Record<string, readonly [keyof StreamOptions, number]>> = {
  SO_SNDBUF: ["sendBuffer", 1],
  SO_RCVBUF: ["receiveBuffer", 1],
  TCP_KEEPIDLE: ["keepAliveIdle", SECOND],
  TCP_KEEPINTVL: ["keepAliveInterval", SECOND],
  TCP_KEEPCNT: ["keepAliveProbes", 1],
  TCP_KEEPINIT: ["connectTimeout", SECOND],
  TCP_USER_TIMEOUT: ["userTimeout", 1],
  TCP_MAXSEG: ["maximumSegment", 1],
  IP_TTL: ["hopLimit", 1],
  IPV6_UNICAST_HOPS: ["hopLimit", 1],
  IP_TOS: ["trafficClass", 1],
  IPV6_TCLASS: ["trafficClass", 1],
};

/** DSCP by its names (RFC 2474, RFC 2597). */
const classes: Readonly<Record<string, number>> = {
  IPTOS_DSCP_CS1: 0x20,
  IPTOS_DSCP_CS7: 0xe0,
};

/** `setsockopt(fd, level, name, [value], length)`. */
export function setOption(machine: Machine, given: Arguments): Attempt {
  const socket = machine.stream(given.number(0));
  const name = given.word(2);
  if (without.has(name)) return atOnce(returned(0));
  switch (name) {
    case "TCP_NODELAY":
      socket.options.noDelay = given.boxedNumber(3) !== 0;
      socket.connection?.setNoDelay(socket.options.noDelay);
      return atOnce(returned(0));
    case "SO_KEEPALIVE":
      socket.options.keepAlive = given.boxedNumber(3) !== 0;
      return changed(machine, socket, name);
    case "SO_LINGER":
      socket.abortOnClose = lingersForNothing(given);
      return atOnce(returned(0));
    case "IPV6_V6ONLY":
      return setOnlyV6(socket, given.boxedNumber(3) !== 0);
    case "TCP_CONGESTION": {
      const value = given.at(3);
      const text = value.kind === "list" ? value.items[0] : value;
      if (text?.kind !== "string") throw new Unsupported("TCP_CONGESTION without a name");
      socket.options.congestion = text.value;
      return changed(machine, socket, name);
    }
    default:
      return setNumber(machine, socket, name, given);
  }
}

/** Until the socket has an address, and for AF_INET6 alone, as Linux has it. */
function setOnlyV6(socket: StreamSocket, on: boolean): Attempt {
  if (socket.domain === 4) return atOnce(failed("ENOPROTOOPT"));
  if (socket.localPort !== 0 || socket.connection !== null) return atOnce(failed("EINVAL"));
  socket.onlyV6 = on;
  return atOnce(returned(0));
}

function setNumber(machine: Machine, socket: StreamSocket, name: string, given: Arguments): Attempt {
  const known = numbers[name];
  if (known === undefined) throw new Unsupported(`setsockopt ${name}`);
  const [key, unit] = known;
  const named = given.at(3);
  const word =
    named.kind === "list" && named.items[0]?.kind === "word" ? classes[named.items[0].name] : undefined;
  const value = (word ?? given.boxedNumber(3)) * unit;
  // Linux counts its own overhead in, and doubles what was asked for.
  const doubled = machine.dialect === "linux" && (name === "SO_SNDBUF" || name === "SO_RCVBUF");
  (socket.options as Record<string, unknown>)[key] = doubled ? 2 * value : value;
  return changed(machine, socket, name);
}

/** Passes an option on to the connection, where there is one already. */
function changed(machine: Machine, socket: StreamSocket, name: string): Attempt {
  const { connection, options, listener } = socket;
  if (listener !== null) return listenAgain(machine, socket);
  if (connection === null) return atOnce(returned(0));
  const now = machine.now();
  switch (name) {
    case "TCP_USER_TIMEOUT":
      connection.setUserTimeout(options.userTimeout!, now);
      break;
    case "SO_SNDBUF":
      connection.setSendBuffer(options.sendBuffer!);
      break;
    case "SO_RCVBUF":
      connection.setReceiveBuffer(options.receiveBuffer!);
      break;
    case "IP_TTL":
    case "IPV6_UNICAST_HOPS":
      connection.setHopLimit(options.hopLimit!);
      break;
    case "IP_TOS":
    case "IPV6_TCLASS":
      connection.setTrafficClass(options.trafficClass!);
      break;
    case "TCP_KEEPIDLE":
    case "TCP_KEEPINTVL":
    case "TCP_KEEPCNT":
    case "SO_KEEPALIVE":
      connection.setKeepAlive(options.keepAlive ? keepAliveOf(options) : false, now);
      break;
    default:
      throw new Unsupported(`setsockopt ${name} of a connection`);
  }
  return atOnce(returned(0));
}

function keepAliveOf(options: StreamOptions): { idle?: number; interval?: number; probes?: number } {
  const { keepAliveIdle, keepAliveInterval, keepAliveProbes } = options;
  return {
    ...(keepAliveIdle !== undefined && { idle: keepAliveIdle }),
    ...(keepAliveInterval !== undefined && { interval: keepAliveInterval }),
    ...(keepAliveProbes !== undefined && { probes: keepAliveProbes }),
  };
}

/** `{onoff=1, linger=0}`. */
function lingersForNothing(given: Arguments): boolean {
  const value = given.at(3);
  const structure = value.kind === "list" ? value.items[0] : value;
  if (structure?.kind !== "structure") throw new Unsupported("SO_LINGER without a structure");
  const [on, time] = structure.fields.map((field) =>
    field.value.kind === "number" ? field.value.value : Number.NaN,
  );
  if (on === 1 && time !== 0) throw new Unsupported("SO_LINGER with a time");
  return on === 1;
}

/** `getsockopt(fd, level, name, [value], [length])`: the value is compared with the script's. */
export function getOption(machine: Machine, given: Arguments): Attempt {
  const socket = machine.stream(given.number(0));
  const name = given.word(2);
  const value = optionValue(machine, socket, name);
  if (value === null) return atOnce(failed("ENOPROTOOPT"));
  // FreeBSD rounds up to whole segments once it knows their size; where it does that is its own affair.
  const rounded = name === "SO_RCVBUF" && given.boxedNumber(3) === machine.declaredReceiveBuffer;
  if (!rounded && !alike(machine, given, value)) expectBoxed(name, given.at(3), value);
  return atOnce(returned(0));
}

/** BSD calls a connection that a filter forbids refused, Linux and this stack call its host unreachable. */
function alike(machine: Machine, given: Arguments, value: number | string): boolean {
  const forbidden = value === "EHOSTUNREACH" && machine.dialect === "freebsd";
  return forbidden && boxedWord(given.at(3)) === "ECONNREFUSED";
}

function optionValue(machine: Machine, socket: StreamSocket, name: string): number | string | null {
  const { options, connection } = socket;
  const { defaults } = machine;
  switch (name) {
    case "SO_ERROR": {
      socket.connecting &&= !socket.established && socket.error === null;
      return socket.takeError() ?? 0;
    }
    case "IPV6_V6ONLY":
      return socket.domain === 4 ? null : Number(socket.onlyV6);
    case "SO_RCVBUF":
      return options.receiveBuffer ?? defaults.receiveBuffer;
    case "SO_SNDBUF":
      return options.sendBuffer ?? defaults.sendBuffer;
    case "TCP_NODELAY":
      return options.noDelay ? 1 : 0;
    case "SO_KEEPALIVE":
      return options.keepAlive ? 1 : 0;
    case "TCP_MAXSEG":
      return connection === null
        ? (options.maximumSegment ?? 536)
        : connection.info(machine.now()).sendSegment;
    case "TCP_KEEPIDLE":
      return (options.keepAliveIdle ?? defaults.keepAliveIdle) / SECOND;
    case "TCP_KEEPINTVL":
      return (options.keepAliveInterval ?? defaults.keepAliveInterval) / SECOND;
    case "TCP_KEEPINIT":
      return (options.connectTimeout ?? defaults.connectTimeout) / SECOND;
    case "TCP_KEEPCNT":
      return options.keepAliveProbes ?? defaults.keepAliveProbes;
    default:
      throw new Unsupported(`getsockopt ${name}`);
  }
}
