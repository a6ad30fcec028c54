import { Duplex } from "node:stream";
import type { TcpFlow } from "../api/tcp.ts";

/** Octets a read asks for at most. */
const CHUNK = 65536;

/**
 * A flow as a Node stream, for libraries that want a socket. `end()` shuts down writing, `destroy()` resets; half-open is kept
 * (`allowHalfOpen`). The flow belongs to the stream from here on.
 */
export function toDuplex(flow: TcpFlow): Duplex {
  const buffer = new Uint8Array(CHUNK);
  const duplex: Duplex = new Duplex({
    allowHalfOpen: true,
    decodeStrings: true,
    read() {
      flow.read(buffer).then(
        (octets) => duplex.push(octets === 0 ? null : Buffer.from(buffer.subarray(0, octets))),
        (error: Error) => duplex.destroy(error),
      );
    },
    write(chunk: Buffer, _encoding, done) {
      flow.write(chunk).then(() => done(), done);
    },
    final(done) {
      flow.shutdown("write");
      done();
    },
    destroy(error, done) {
      if (error === null && duplex.readableEnded && duplex.writableFinished) {
        flow.close().then(
          () => done(null),
          (reason: Error) => done(reason),
        );
      } else {
        flow.abort();
        done(error);
      }
    },
  });
  return duplex;
}
