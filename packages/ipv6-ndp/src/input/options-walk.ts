import { IcmpErrorKind, Verdict } from "@mnet/core";
import { actionOf, OptionAction, OptionType } from "../header/options.ts";
import type { Ipv6Info } from "../info.ts";
import type { ChainProblem } from "./problem.ts";

/**
 * Walks the options of a hop-by-hop or destination options header in `[from, to)` (RFC 8200 4.2). All but padding and router alert are
 * unknown here, so their types decide.
 * @param limit options allowed, padding included.
 * @returns options walked, or -1 with `problem` set.
 */
export function walkOptions(
  view: DataView,
  from: number,
  to: number,
  limit: number,
  info: Ipv6Info,
  problem: ChainProblem,
): number {
  let count = 0;
  let at = from;
  while (at < to) {
    if (++count > limit) return problem.drop(Verdict.HeaderChainTooLong);
    const type = view.getUint8(at);
    if (type === OptionType.Pad1) {
      at++;
      continue;
    }
    const next = at + 1 < to ? at + 2 + view.getUint8(at + 1) : to + 1;
    if (next > to) {
      const pointer = Math.min(at + 1, to - 1) - info.headerStart;
      return problem.report(Verdict.BadOption, IcmpErrorKind.ParameterProblem, pointer);
    }
    if (type === OptionType.RouterAlert) info.routerAlert = true;
    else if (type !== OptionType.PadN) {
      const action = actionOf(type);
      if (action !== OptionAction.Skip) return refuse(action, at - info.headerStart, info, problem);
    }
    at = next;
  }
  return count;
}

function refuse(action: number, pointer: number, info: Ipv6Info, problem: ChainProblem): number {
  const silent =
    action === OptionAction.Discard || (action === OptionAction.ReportUnicast && info.cast !== "unicast");
  if (silent) return problem.drop(Verdict.UnrecognizedOption);
  return problem.report(Verdict.UnrecognizedOption, IcmpErrorKind.UnrecognizedOption, pointer);
}
