// What every peer program shares: options as JSON in the first argument, events as JSON lines on standard output, commands as
// lines on standard input. When the parent goes away, so does the peer.
import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline";

/** The options the parent gave. @returns {Record<string, any>} */
export function options() {
  return JSON.parse(process.argv[2] ?? "{}");
}

/** Tells the parent. @param {string} event @param {object} details */
export function tell(event, details = {}) {
  process.stdout.write(`${JSON.stringify({ event, ...details })}\n`);
}

/** Hears the parent; ends the program when the parent is gone. @param {(command: string) => void} hear */
export function onCommand(hear) {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", hear);
  lines.on("close", () => process.exit(0));
}

/** The code of a socket error. @param {any} error */
export function codeOf(error) {
  return error.code ?? String(error);
}

/** Counts and hashes a stream. */
export class Digest {
  octets = 0;
  #hash = createHash("sha256");

  /** @param {Uint8Array} chunk */
  add(chunk) {
    this.octets += chunk.length;
    this.#hash.update(chunk);
  }

  /** @returns {string} hexadecimal; the digest takes no more after this */
  get hash() {
    this.value ??= this.#hash.digest("hex");
    return this.value;
  }
}

const block = randomBytes(256 * 1024);

/**
 * Writes `octets` random octets with back-pressure, then ends the writing side when `end`.
 * @param {import("node:net").Socket} socket @param {number} octets @param {Digest} digest @param {boolean} end
 */
export function pump(socket, octets, digest, end) {
  let left = octets;
  const more = () => {
    while (left > 0) {
      // A different start each time: no two chunks of a stream are the same.
      const from = (left * 31) % 1024;
      const chunk = block.subarray(from, from + Math.min(left, 64 * 1024));
      left -= chunk.length;
      digest.add(chunk);
      if (!socket.write(chunk)) {
        socket.once("drain", more);
        return;
      }
    }
    if (end) socket.end();
  };
  more();
}
