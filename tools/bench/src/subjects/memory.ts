/** Octets of the heap and of the buffers outside it that are in use after a full collection. */
export async function octetsInUse(): Promise<number> {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error("measuring memory needs node --expose-gc");
  // What a finished turn keeps for finalization goes with the second collection.
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
