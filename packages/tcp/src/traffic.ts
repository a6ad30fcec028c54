import type { Segment } from "./header.ts";

/** Totals of the segments of one connection, resets and acknowledgments included. A large segment counts as the segments it stands for. */
export class Traffic {
  segmentsSent = 0;
  segmentsReceived = 0;
  /** Of these with text. */
  textSegmentsSent = 0;
  textSegmentsReceived = 0;
  /** Of those sent: SYN, text or FIN once more. */
  segmentsRetransmitted = 0;

  /** A segment of this connection came, whatever becomes of it. */
  received({ textLength, segmentSize }: Segment): void {
    const segments = segmentsIn(textLength, segmentSize);
    this.segmentsReceived += segments;
    if (textLength > 0) this.textSegmentsReceived += segments;
  }

  /**
   * One left. @param length octets of text. @param size octets of it per segment, 0 for all in one. @param again whether it was sent before.
   */
  sent(length: number, size: number, again: boolean): void {
    const segments = segmentsIn(length, size);
    this.segmentsSent += segments;
    if (length > 0) this.textSegmentsSent += segments;
    if (again) this.segmentsRetransmitted += segments;
  }
}

function segmentsIn(length: number, size: number): number {
  return size > 0 && length > size ? Math.ceil(length / size) : 1;
}
