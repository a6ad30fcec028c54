import { Verdict } from "@mnet/core";
import type { Ipv4Info } from "../info.ts";
import { HEADER_OCTETS } from "./header.ts";

/** Option types that matter here (RFC 791 3.1; IANA "IP Option Numbers"), with the copied flag and class in them. */
export const OptionType = {
  EndOfList: 0,
  NoOperation: 1,
  LooseSourceRoute: 131,
  StrictSourceRoute: 137,
} as const;

/**
 * Walks the options of a header that ends at `end`. All are skipped (RFC 1122 3.2.1.8) but source routes, with which a sender would choose the way of
 * the answers (RFC 7126 4.3, 4.4).
 * @returns `Handled`, `SourceRouted`, or `BadOption` when a length octet is missing, under 2, or past the end; `info.problemPointer` is at
 * that octet then, or at the option that has none.
 */
export function checkOptions(view: DataView, end: number, info: Ipv4Info): Verdict {
  let at = info.headerStart + HEADER_OCTETS;
  while (at < end) {
    const type = view.getUint8(at);
    if (type === OptionType.EndOfList) break;
    if (type === OptionType.NoOperation) {
      at++;
      continue;
    }
    const length = at + 1 < end ? view.getUint8(at + 1) : 0;
    if (length < 2 || at + length > end) {
      info.problemPointer = Math.min(at + 1, end - 1) - info.headerStart;
      return Verdict.BadOption;
    }
    if (type === OptionType.LooseSourceRoute || type === OptionType.StrictSourceRoute) {
      return Verdict.SourceRouted;
    }
    at += length;
  }
  return Verdict.Handled;
}
