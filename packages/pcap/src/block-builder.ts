import { padded } from "./format.ts";

/** An option to write: its code and its value of at most 65535 octets. */
export type OptionValue = readonly [code: number, value: Uint8Array];

export interface Block {
  /** The block, with type, lengths, data and options in place and zeros elsewhere. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** For the fixed fields, which are the caller's to write. Little endian. */
  readonly view: DataView;
}

const noData = new Uint8Array(0);

/**
 * Lays out a block.
 * @param fixed octets from the beginning of the block up to its data. @param options come after the data; without any there is not even
 * an end of options.
 */
export function layOutBlock(
  type: number,
  fixed: number,
  options: readonly OptionValue[],
  data: Uint8Array = noData,
): Block {
  let at = fixed + padded(data.length);
  const length = at + optionsLength(options) + 4;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  bytes.set(data, fixed);
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  view.setUint32(length - 4, length, true);
  return { bytes, view };
}

/** The options with their end, `opt_endofopt`, which is four zeros. */
function optionsLength(options: readonly OptionValue[]): number {
  let length = options.length === 0 ? 0 : 4;
  for (const [, value] of options) length += 4 + padded(value.length);
  return length;
}
