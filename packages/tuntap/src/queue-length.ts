import { controlError } from "./errors.ts";
import type { Libc } from "./libc.ts";
import { AF_NETLINK, SOCK_CLOEXEC, SOCK_RAW } from "./params.ts";

/** Offsets of the request: nlmsghdr, ifinfomsg and one attribute (rtnetlink(7)), in octets and the order of the machine. */
const Request = {
  length: 0,
  type: 4,
  flags: 6,
  index: 20,
  attribute: 32,
  attributeType: 34,
  value: 36,
  size: 40,
} as const;
/** Offset of the error number in the answer: nlmsghdr, then nlmsgerr. */
const ANSWER_ERROR = 16;
const ANSWER_SIZE = 1024;

const RTM_NEWLINK = 16;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const IFLA_TXQLEN = 13;
const ATTRIBUTE_SIZE = 8;

/**
 * Sets how many frames the kernel queues towards the reader of interface number `index`. By rtnetlink, since the ioctl is not allowed
 * to the root of a user namespace.
 * @throws NetError EPERM, ENODEV or EINVAL.
 */
export function setQueueLength(libc: Libc, index: number, name: string, frames: number): void {
  const socket = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (socket < 0) throw controlError("socket", libc.errno(), name);
  const answer = new Uint8Array(ANSWER_SIZE);
  const request = queueLengthRequest(index, frames);
  const done =
    libc.write(socket, libc.address(request), request.length) === request.length &&
    libc.read(socket, libc.address(answer), answer.length) >= ANSWER_ERROR + 4;
  const failed = done ? -new Int32Array(answer.buffer)[ANSWER_ERROR / 4]! : libc.errno();
  libc.close(socket);
  if (failed !== 0) throw controlError("RTM_NEWLINK", failed, name);
}

/** The message: "interface `index` has a queue of `frames`, tell me the outcome". */
export function queueLengthRequest(index: number, frames: number): Uint8Array {
  const words = new Uint32Array(Request.size / 4);
  const shorts = new Uint16Array(words.buffer);
  words[Request.length / 4] = Request.size;
  shorts[Request.type / 2] = RTM_NEWLINK;
  shorts[Request.flags / 2] = NLM_F_REQUEST | NLM_F_ACK;
  words[Request.index / 4] = index;
  shorts[Request.attribute / 2] = ATTRIBUTE_SIZE;
  shorts[Request.attributeType / 2] = IFLA_TXQLEN;
  words[Request.value / 4] = frames;
  return new Uint8Array(words.buffer);
}
