import type { Socket } from "node:net";

const BLOCK = Buffer.alloc(262_144, 0x55);

/** Keeps a kernel socket full for `duration` ms, then ends its stream; resolves with the octets given to it. */
export function writeFor(socket: Socket, duration: number): Promise<number> {
  const end = performance.now() + duration;
  return new Promise((resolve) => {
    let octets = 0;
    const next = (): void => {
      // Two blocks at a time, so that the kernel has one while the next is made ready.
      while (performance.now() < end) {
        octets += BLOCK.length;
        if (!socket.write(BLOCK) && socket.writableLength >= 2 * BLOCK.length) {
          socket.once("drain", next);
          return;
        }
      }
      socket.end(() => resolve(octets));
    };
    next();
  });
}
