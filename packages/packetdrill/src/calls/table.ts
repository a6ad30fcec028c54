import { Unsupported } from "../engine/outcome.ts";
import type { CallAction } from "../language/tree.ts";
import { refusal } from "./address.ts";
import { Arguments, expectBoxed } from "./arguments.ts";
import { accept, bind, close, connect, getpeername, getsockname, listen, shutdown } from "./connections.ts";
import type { Machine } from "./machine.ts";
import { getOption, setOption } from "./options.ts";
import { type Attempt, atOnce, failed, returned } from "./outcome.ts";
import { poll } from "./poll.ts";
import { read, write } from "./transfer.ts";

type Handler = (machine: Machine, given: Arguments) => Attempt;

/** Read and write, as POSIX numbers them. */
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;

const handlers: Readonly<Record<string, Handler>> = {
  socket: (machine, given) => atOnce(machine.socket(given.wordOrNone(0), given.word(1))),
  bind: (machine, given) => bindAny(machine, given),
  listen,
  accept,
  connect: (machine, given) => connectAny(machine, given),
  getsockname,
  getpeername,
  read,
  recv: read,
  recvfrom: read,
  write,
  send: write,
  sendto: write,
  shutdown,
  close,
  fcntl,
  ioctl,
  setsockopt: setOption,
  getsockopt: getOption,
  poll,
};

/** Begins a system call. @throws Unsupported when the stack has nothing like it. */
export function begin(machine: Machine, call: CallAction): Attempt {
  const handler = handlers[call.name];
  if (handler === undefined) throw new Unsupported(call.name);
  return handler(machine, new Arguments(call));
}

/** Whether a call waits until it can be done. */
export function mayWait(machine: Machine, call: CallAction): boolean {
  const [first] = call.parameters;
  if (call.name === "poll") return true;
  if (first?.kind !== "number") return false;
  return !machine.descriptor(first.value).nonBlocking && !new Arguments(call).hasAnywhere("MSG_DONTWAIT");
}

function bindAny(machine: Machine, given: Arguments): Attempt {
  const descriptor = machine.descriptor(given.number(0));
  if (descriptor.kind === "stream") return bind(machine, given);
  descriptor.bind(8080);
  machine.passivePort = 8080;
  return atOnce(returned(0));
}

function connectAny(machine: Machine, given: Arguments): Attempt {
  const descriptor = machine.descriptor(given.number(0));
  if (descriptor.kind === "stream") return connect(machine, given);
  const refused = refusal(given.at(1), machine.remote, descriptor.domain);
  if (refused !== null) return atOnce(failed(refused));
  machine.activeOpen();
  return atOnce(descriptor.connect());
}

function fcntl(machine: Machine, given: Arguments): Attempt {
  const descriptor = machine.descriptor(given.number(0));
  const command = given.word(1);
  if (command === "F_GETFL") return atOnce(returned(O_RDWR | (descriptor.nonBlocking ? O_NONBLOCK : 0)));
  if (command !== "F_SETFL") throw new Unsupported(`fcntl ${command}`);
  descriptor.nonBlocking = given.has(2, "O_NONBLOCK");
  return atOnce(returned(0));
}

/** `ioctl(fd, SIOCINQ, [octets])`: what can be read; `SIOCOUTQ`: what is not acknowledged. */
function ioctl(machine: Machine, given: Arguments): Attempt {
  const { connection } = machine.stream(given.number(0));
  const request = given.word(1);
  if (connection === null) throw new Unsupported(`ioctl ${request} without a connection`);
  if (request === "SIOCINQ" || request === "FIONREAD")
    expectBoxed(request, given.at(2), connection.readableOctets);
  else if (request === "SIOCOUTQ")
    expectBoxed(request, given.at(2), connection.info(machine.now()).sendQueue);
  else throw new Unsupported(`ioctl ${request}`);
  return atOnce(returned(0));
}
