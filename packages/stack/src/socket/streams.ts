import type { TcpFlow } from "../api/tcp.ts";

/** The part of a byte stream's controller that is used; the platforms' declarations of it disagree. */
interface ByteController {
  readonly byobRequest: { respond(octets: number): void } | null | undefined;
  enqueue(chunk: Uint8Array): void;
  close(): void;
}

/** The receiving side as a byte stream: pulled, so back-pressure reaches the peer's window. Cancelling discards what arrives. */
export function toReadable(
  flow: TcpFlow,
  nextChunk: () => Promise<Uint8Array<ArrayBuffer> | null>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = {
    type: "bytes",
    pull: async (controller: ByteController): Promise<void> => {
      const chunk = await nextChunk();
      if (chunk !== null) {
        controller.enqueue(chunk);
        return;
      }
      controller.close();
      // A pending BYOB read of a closed stream ends with this answer (Streams Standard, "respond").
      controller.byobRequest?.respond(0);
    },
    cancel: (): void => flow.shutdown("read"),
  };
  return new ReadableStream(source as never) as ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** The sending side. Closing sends the end of the stream, aborting resets the connection. */
export function toWritable(flow: TcpFlow): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (chunk) => flow.write(chunk),
    close: () => flow.shutdown("write"),
    abort: () => flow.abort(),
  });
}
