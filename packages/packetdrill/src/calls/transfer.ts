import { streamOctets } from "@mnet/conformance";
import { isNetError, Slice } from "@mnet/core";
import { TcpState } from "@mnet/tcp";
import { Mismatch } from "../engine/outcome.ts";
import { localStream, remoteStream } from "../wire/flow.ts";
import type { Arguments } from "./arguments.ts";
import type { Machine } from "./machine.ts";
import { type Attempt, atOnce, failed, returned } from "./outcome.ts";
import type { StreamSocket } from "./stream-socket.ts";

/** `read(fd, buffer, length)`, `recv(fd, buffer, length, flags)` and `recvfrom(fd, buffer, length, flags, address, length)`. */
export function read(machine: Machine, given: Arguments): Attempt {
  const descriptor = machine.descriptor(given.number(0));
  const length = given.number(2);
  const peeking = given.count > 3 && given.has(3, "MSG_PEEK");
  if (descriptor.kind === "datagram")
    return () => descriptor.receive(length, given.count > 4 ? given.at(4) : null);
  if (descriptor.connection === null) return atOnce(failed("ENOTCONN"));
  return () => readStream(machine, descriptor, length, peeking);
}

function readStream(
  machine: Machine,
  socket: StreamSocket,
  length: number,
  peeking: boolean,
): ReturnType<Attempt> {
  const connection = socket.connection!;
  if (connection.readableOctets > 0 && length > 0) {
    const into = new Uint8Array(Math.min(length, connection.readableOctets));
    if (peeking) copyPeeked(socket, into);
    else connection.read(into, machine.now());
    checkOctets(into, socket.readPosition);
    if (!peeking) socket.readPosition += into.length;
    return returned(into.length);
  }
  if (length === 0 || connection.endOfStream || socket.readShutdown) return returned(0);
  const error = socket.takeError();
  if (error !== null) return failed(error);
  if (connection.error !== null) return returned(0);
  return connection.state === TcpState.Closed && !socket.established ? failed("ENOTCONN") : null;
}

function copyPeeked(socket: StreamSocket, into: Uint8Array): void {
  const slices = [new Slice(), new Slice()] as const;
  const used = socket.connection!.peek(slices);
  let at = 0;
  for (const { bytes, start, end } of slices.slice(0, used)) {
    const part = bytes.subarray(start, Math.min(end, start + into.length - at));
    into.set(part, at);
    at += part.length;
  }
}

/** Every octet must be the peer's at that place of the stream. */
function checkOctets(octets: Uint8Array, position: number): void {
  const right = streamOctets(remoteStream, position, position + octets.length);
  const wrong = octets.findIndex((octet, at) => octet !== right[at]);
  if (wrong < 0) return;
  throw new Mismatch(
    `octet ${position + wrong} of the stream differs`,
    String(right[wrong]),
    String(octets[wrong]),
  );
}

/** `write(fd, buffer, length)`, `send(fd, buffer, length, flags)` and `sendto` to the connected peer. */
export function write(machine: Machine, given: Arguments): Attempt {
  const descriptor = machine.descriptor(given.number(0));
  const length = given.number(2);
  if (descriptor.kind === "datagram") return atOnce(descriptor.send(length, machine.now()));
  if (descriptor.connection === null) return atOnce(failed("EPIPE"));
  const until = descriptor.writePosition + length;
  return () => writeStream(machine, descriptor, until, length);
}

function writeStream(
  machine: Machine,
  socket: StreamSocket,
  until: number,
  length: number,
): ReturnType<Attempt> {
  const connection = socket.connection!;
  const error = socket.takeError();
  if (error !== null) return failed(error);
  const octets = streamOctets(localStream, socket.writePosition, until);
  try {
    socket.writePosition += connection.write(octets, 0, octets.length, machine.now());
  } catch (thrown) {
    if (!isNetError(thrown)) throw thrown;
    return failed(connection.error === null ? thrown.code : "EPIPE");
  }
  const taken = length - (until - socket.writePosition);
  if (socket.writePosition === until) return returned(length);
  // A socket that does not wait takes what fits; one that waits takes all.
  return socket.nonBlocking && taken > 0 ? returned(taken) : null;
}
