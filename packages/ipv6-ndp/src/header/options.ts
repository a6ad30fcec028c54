/** Option types that this node knows (RFC 8200 4.2; RFC 2711 2.1). */
export const OptionType = { Pad1: 0, PadN: 1, RouterAlert: 5 } as const;

/** What an option's type asks of a node that does not know it: the upper two bits (RFC 8200 4.2). */
export const OptionAction = {
  Skip: 0,
  Discard: 1,
  /** Discard and send a Parameter Problem, also when the packet was sent to a group. */
  Report: 2,
  /** Discard and send a Parameter Problem, but not when the packet was sent to a group. */
  ReportUnicast: 3,
} as const;

/** The {@link OptionAction} of a type. */
export function actionOf(optionType: number): number {
  return optionType >>> 6;
}

/** Octets of {@link writeRouterAlert}. */
export const ROUTER_ALERT_OCTETS = 8;

/** Writes a hop-by-hop header with a router alert for MLD, value 0 (RFC 2711 2.1), and PadN, at `at`. */
export function writeRouterAlert(view: DataView, at: number, nextHeader: number): void {
  view.setUint32(at, (nextHeader << 24) | (OptionType.RouterAlert << 8) | 2);
  view.setUint32(at + 4, OptionType.PadN << 8);
}
