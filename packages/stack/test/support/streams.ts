import type { TcpFlow } from "@mnet/stack";

/** Reads to the end of the stream. */
export async function readAll(flow: TcpFlow): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of flow) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Echoes until the peer ends its stream, then ends ours. */
export async function echo(flow: TcpFlow): Promise<void> {
  for await (const chunk of flow) await flow.write(chunk);
}
