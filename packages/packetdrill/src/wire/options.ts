import type { TcpOptionSpec } from "../language/tree.ts";
import type { Flow } from "./flow.ts";

const kinds = { eol: 0, nop: 1, mss: 2, wscale: 3, sackOK: 4, sack: 5, TS: 8 } as const;

/** The octets of a script's options for a segment of the peer; `null` when one of them is not known. */
export function encodeOptions(options: readonly TcpOptionSpec[], flow: Flow): Uint8Array | null {
  const octets: number[] = [];
  for (const option of options) {
    switch (option.kind) {
      case "eol":
      case "nop":
        octets.push(kinds[option.kind]);
        break;
      case "mss":
        octets.push(kinds.mss, 4, option.value >>> 8, option.value & 0xff);
        break;
      case "wscale":
        octets.push(kinds.wscale, 3, option.value);
        break;
      case "sackOK":
        octets.push(kinds.sackOK, 2);
        break;
      case "TS":
        octets.push(
          kinds.TS,
          10,
          ...word(option.value + flow.remoteClockOffset),
          ...word(liveEcho(option.echo, flow)),
        );
        break;
      case "sack":
        octets.push(kinds.sack, 2 + 8 * option.blocks.length);
        for (const { left, right } of option.blocks)
          octets.push(...word(flow.localLive(left)), ...word(flow.localLive(right)));
        break;
      case "other":
        return null;
    }
  }
  return Uint8Array.from(octets);
}

/** An echo of 0 stands for none. */
function liveEcho(script: number, flow: Flow): number {
  return script === 0 ? 0 : (flow.localClock.get(script) ?? script + (flow.localClockOffset ?? 0));
}

function word(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** The options of a segment of the host in the script's terms, each where it stands. */
export function decodeOptions(octets: Uint8Array, flow: Flow): TcpOptionSpec[] {
  const options: TcpOptionSpec[] = [];
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  for (let at = 0; at < octets.length; ) {
    const kind = octets[at]!;
    if (kind === kinds.eol || kind === kinds.nop) {
      options.push({ kind: kind === kinds.nop ? "nop" : "eol" });
      at += 1;
      continue;
    }
    const length = octets[at + 1] ?? 0;
    if (length < 2 || at + length > octets.length) {
      options.push({ kind: "other", name: "malformed", text: String(kind) });
      break;
    }
    options.push(decodeOption(kind, view, at, length, flow));
    at += length;
  }
  return options;
}

function decodeOption(kind: number, view: DataView, at: number, length: number, flow: Flow): TcpOptionSpec {
  switch (kind) {
    case kinds.mss:
      return { kind: "mss", value: view.getUint16(at + 2) };
    case kinds.wscale:
      return { kind: "wscale", value: view.getUint8(at + 2) };
    case kinds.sackOK:
      return { kind: "sackOK" };
    case kinds.TS: {
      const echo = view.getUint32(at + 6);
      const value = (view.getUint32(at + 2) - (flow.localClockOffset ?? 0)) >>> 0;
      return { kind: "TS", value, echo: echo === 0 ? 0 : (echo - flow.remoteClockOffset) >>> 0 };
    }
    case kinds.sack: {
      const blocks: { left: number; right: number }[] = [];
      for (let block = at + 2; block + 8 <= at + length; block += 8) {
        const [left, right] = [view.getUint32(block), view.getUint32(block + 4)];
        blocks.push({ left: flow.remoteScript(left), right: flow.remoteScript(right) });
      }
      return { kind: "sack", blocks };
    }
    default:
      return { kind: "other", name: `kind-${kind}`, text: "" };
  }
}

/** The timestamp value on the wire, if the options have one. */
export function liveTimestamp(octets: Uint8Array): number | null {
  for (let at = 0; at < octets.length; ) {
    const kind = octets[at]!;
    if (kind === kinds.eol) return null;
    if (kind === kinds.TS && at + 10 <= octets.length)
      return new DataView(octets.buffer, octets.byteOffset + at).getUint32(2);
    at += kind === kinds.nop ? 1 : Math.max(2, octets[at + 1] ?? 2);
  }
  return null;
}
