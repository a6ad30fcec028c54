import { bind, close, errorName, interfaceNumber, recv, send, setsockopt, socket } from "./libc.ts";

/** linux/socket.h, linux/if_ether.h, linux/if_packet.h. */
const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const ETH_P_ALL = 3;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
const SOCKADDR_LL_OCTETS = 20;

/** Octets that may wait to be read, the kernel's overhead included. */
const RECEIVE_BUFFER = 16 * 1024 * 1024;
/** Octets of the largest frame. */
const LARGEST_FRAME = 65_536;

/**
 * The raw frames of one interface, seen from the kernel's side (packet(7)): what a stack behind a TAP sends, and whatever a host on its
 * link could say to it. The kernel's own stack goes on beside it.
 */
export class PacketSocket {
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(LARGEST_FRAME);
  #open = true;

  /**
   * @param name an interface of this network namespace.
   * @throws Error naming the call that failed.
   */
  constructor(name: string) {
    const index = interfaceNumber(name);
    if (index === 0) throw new Error(`there is no interface ${name} in this namespace`);
    const protocol = new Uint8Array([0, ETH_P_ALL]);
    this.#descriptor = check(
      "socket",
      socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, new Uint16Array(protocol.buffer)[0]!),
    );
    const address = new Uint8Array(SOCKADDR_LL_OCTETS);
    new Uint16Array(address.buffer)[0] = AF_PACKET;
    address.set(protocol, 2);
    new Int32Array(address.buffer)[1] = index;
    check("setsockopt", this.#set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1));
    check("setsockopt", this.#set(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER));
    check("bind", bind(this.#descriptor, address, SOCKADDR_LL_OCTETS));
  }

  /** Puts a frame, Ethernet header first, on the link as it is. @throws Error when the interface does not take it. */
  send(frame: Uint8Array): void {
    check("send", send(this.#descriptor, frame, frame.length, 0));
  }

  /** Takes the frames that came in over the link since the last call, oldest first; those the kernel sent are not among them. */
  received(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (;;) {
      const octets = recv(this.#descriptor, this.#buffer, this.#buffer.length, 0);
      if (octets < 0) return frames;
      frames.push(this.#buffer.slice(0, octets));
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.#open) close(this.#descriptor);
    this.#open = false;
  }

  #set(level: number, option: number, value: number): number {
    return setsockopt(this.#descriptor, level, option, new Uint8Array(new Int32Array([value]).buffer), 4);
  }
}

function check(call: string, result: number): number {
  if (result < 0) throw new Error(`${call}: ${errorName()}`);
  return result;
}
