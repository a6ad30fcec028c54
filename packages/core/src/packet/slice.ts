/** A borrowed range of somebody's octets. Long-lived and re-aimed; `view` covers exactly the memory of `bytes`. */
export class Slice {
  bytes: Uint8Array = none;
  view: DataView = noneView;
  /** First live octet, an index into `bytes`. */
  start = 0;
  /** One past the last live octet. */
  end = 0;

  aim(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    this.bytes = bytes;
    this.view = view;
    this.start = start;
    this.end = end;
  }

  get length(): number {
    return this.end - this.start;
  }
}

const none = new Uint8Array(0);
const noneView = new DataView(none.buffer);

/** One view over exactly the memory of `bytes`. Make it once per buffer, never per packet. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
