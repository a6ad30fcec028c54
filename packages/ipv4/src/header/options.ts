import { Verdict } from "@mnet/core";

/** Option types that matter here (RFC 791 3.1; IANA "IP Option Numbers"), with the copied flag and class in them. */
export const OptionType = {
  EndOfList: 0,
  NoOperation: 1,
  LooseSourceRoute: 131,
  StrictSourceRoute: 137,
} as const;

/**
 * Walks the options in `[start, end)`. All are skipped (RFC 1122 3.2.1.8) but source routes, with which a sender would choose the way of
 * the answers (RFC 7126 4.3, 4.4).
 * @returns `Handled`, `SourceRouted`, or `BadOption` when a length octet is missing, under 2, or past the end.
 */
export function checkOptions(view: DataView, start: number, end: number): Verdict {
  let at = start;
  while (at < end) {
    const type = view.getUint8(at);
    if (type === OptionType.EndOfList) break;
    if (type === OptionType.NoOperation) {
      at++;
      continue;
    }
    if (at + 1 >= end) return Verdict.BadOption;
    const length = view.getUint8(at + 1);
    if (length < 2 || at + length > end) return Verdict.BadOption;
    if (type === OptionType.LooseSourceRoute || type === OptionType.StrictSourceRoute) {
      return Verdict.SourceRouted;
    }
    at += length;
  }
  return Verdict.Handled;
}
