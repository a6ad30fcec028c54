import type { Packet } from "@mnet/core";

/**
 * Refuses a packet whose octets are not yet those of a frame, for devices that carry frames as they are.
 * @throws TypeError naming the request: whoever composed the stack left `completeOffload` out, and every receiver would drop the frame.
 */
export function requireComplete(packet: Packet): void {
  if (packet.checksumStart >= 0) {
    throw new TypeError(
      "checksum request on a device without txChecksum: wrap the device in completeOffload()",
    );
  }
  if (packet.segmentSize > 0) {
    throw new TypeError(`segmentSize ${packet.segmentSize} on a device without segmentation`);
  }
}
