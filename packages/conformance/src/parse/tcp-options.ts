import { viewOf } from "@mnet/core";
import { TcpOptionKind } from "../format/tcp.ts";

/** The options that were there, by name; an absent option has no key. */
export interface ParsedTcpOptions {
  maximumSegmentSize?: number;
  windowScale?: number;
  sackPermitted?: boolean;
  timestamps?: { value: number; echo: number };
  sack?: [left: number, right: number][];
  /** Kinds of options that have no name here. */
  unknown?: number[];
  /** A length octet under 2 or past the end, or a known option of the wrong length; what follows was not read. */
  malformed?: true;
}

/** Walks an option list (RFC 9293 3.1 "Options"). Never throws. */
export function parseTcpOptions(bytes: Uint8Array): ParsedTcpOptions {
  const options: ParsedTcpOptions = {};
  for (let at = 0; at < bytes.length && bytes[at] !== TcpOptionKind.EndOfList; ) {
    if (bytes[at] === TcpOptionKind.NoOperation) {
      at += 1;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    if (length < 2 || at + length > bytes.length) return { ...options, malformed: true };
    if (!readOption(options, bytes[at]!, bytes.subarray(at + 2, at + length))) {
      return { ...options, malformed: true };
    }
    at += length;
  }
  return options;
}

function readOption(options: ParsedTcpOptions, kind: number, data: Uint8Array): boolean {
  const view = viewOf(data);
  switch (kind) {
    case TcpOptionKind.MaximumSegmentSize:
      if (data.length !== 2) return false;
      options.maximumSegmentSize = view.getUint16(0);
      return true;
    case TcpOptionKind.WindowScale:
      if (data.length !== 1) return false;
      options.windowScale = view.getUint8(0);
      return true;
    case TcpOptionKind.SackPermitted:
      options.sackPermitted = true;
      return data.length === 0;
    case TcpOptionKind.Timestamps:
      if (data.length !== 8) return false;
      options.timestamps = { value: view.getUint32(0), echo: view.getUint32(4) };
      return true;
    case TcpOptionKind.Sack: {
      if (data.length === 0 || data.length % 8 !== 0) return false;
      const blocks = options.sack ?? [];
      for (let at = 0; at < data.length; at += 8) blocks.push([view.getUint32(at), view.getUint32(at + 4)]);
      options.sack = blocks;
      return true;
    }
    default:
      options.unknown = [...(options.unknown ?? []), kind];
      return true;
  }
}
