import type { TcpFlow } from "@mnet/stack";

/** Octets of one write or read of the applications that move bulk data. */
export const BLOCK = 65_536;

export interface Transfer {
  readonly octets: number;
  readonly seconds: number;
}

/** Writes until `duration` ms are over, then ends the stream. */
export async function sendFor(flow: TcpFlow, duration: number): Promise<void> {
  const block = new Uint8Array(BLOCK).fill(0x55);
  const end = performance.now() + duration;
  while (performance.now() < end) await flow.write(block);
  flow.shutdown("write");
}

/** Reads to the end of the stream; the time is that from the first octets to the last. */
export async function receiveAll(flow: TcpFlow): Promise<Transfer> {
  const into = new Uint8Array(BLOCK);
  let octets = 0;
  let began = 0;
  for (let got = await flow.read(into); got > 0; got = await flow.read(into)) {
    if (octets === 0) began = performance.now();
    octets += got;
  }
  return { octets, seconds: (performance.now() - began) / 1000 };
}
