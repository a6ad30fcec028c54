import { NeighborState } from "./neighbor.ts";

/**
 * What happens to a neighbour. `same`, `other` and `no` say how a link-layer address in a message compares with the one in the cache; where
 * none is cached, any address is `other`. Advertisements are named by their Solicited (S) and Override (O) flags.
 */
export const NeighborEvent = {
  /** A packet is sent to it. */
  Send: 0,
  /** The state's time is over, and another solicitation may be sent. */
  TimeoutRetry: 1,
  /** The state's time is over, and no further solicitation may be sent. */
  TimeoutLast: 2,
  /** An upper layer made forward progress (RFC 4861 7.3.1). */
  Confirm: 3,
  /** An upper layer suspects the path (RFC 9293 3.8.3, MUST-20). */
  Doubt: 4,
  /** Advertisements (RFC 4861 7.2.5). */
  AdvertNo: 5,
  AdvertSame: 6,
  AdvertOther: 7,
  AdvertOverrideNo: 8,
  AdvertOverrideSame: 9,
  AdvertOverrideOther: 10,
  AdvertSolicitedNo: 11,
  AdvertSolicitedSame: 12,
  AdvertSolicitedOther: 13,
  AdvertSolicitedOverrideNo: 14,
  AdvertSolicitedOverrideSame: 15,
  AdvertSolicitedOverrideOther: 16,
  /** A solicitation, a router's advertisement or a redirect, which are no proof that the neighbour hears us. */
  HeardNo: 17,
  HeardSame: 18,
  HeardOther: 19,
} as const;
export type NeighborEvent = (typeof NeighborEvent)[keyof typeof NeighborEvent];

/** What to do on the way to the next state; bits. */
export const NeighborAction = {
  /** Make the entry. */
  Create: 1,
  /** Take the link-layer address of the message. */
  Record: 2,
  /** Send what waits. */
  Flush: 4,
  /** Take the Router flag of the advertisement. */
  Router: 8,
  /** Multicast a solicitation. */
  Multicast: 16,
  /** Send a solicitation to the neighbour itself. */
  Unicast: 32,
  /** Report what waits as unreachable, and discard the entry. */
  Discard: 64,
  /** The reachable time begins anew. */
  Confirm: 128,
} as const;
export type NeighborAction = (typeof NeighborAction)[keyof typeof NeighborAction];

const { None, Incomplete, Reachable, Stale, Delay, Probe } = NeighborState;
const { Create, Record, Flush, Router, Multicast, Unicast, Discard, Confirm } = NeighborAction;

type Cell = readonly [next: NeighborState, ...actions: NeighborAction[]];

/** Nothing changes. */
const _: Cell | null = null;

/**
 * RFC 4861 Appendix C, every event in every state. Where the appendix and the text differ the text holds: 7.2.5 lets a solicited
 * advertisement without a link-layer address confirm an entry, and has an incomplete one discard it. Confirmations come from transports and
 * mean nothing without a link-layer address; doubt is not of the RFC and goes where an ended delay goes.
 */
// biome-ignore format: a table
const rows: readonly (readonly (Cell | null)[])[] = [
  /*                  none                             INCOMPLETE                                   REACHABLE                             STALE                                 DELAY                                 PROBE                                 displaced */
  /* Send         */ [[Incomplete, Create, Multicast], _,                                           _,                                    [Delay],                              _,                                    _,                                    _],
  /* TimeoutRetry */ [_,                               [Incomplete, Multicast],                     [Stale],                              [None, Discard],                      [Probe, Unicast],                     [Probe, Unicast],                     [None, Discard]],
  /* TimeoutLast  */ [_,                               [None, Discard],                             [Stale],                              [None, Discard],                      [Probe, Unicast],                     [None, Discard],                      [None, Discard]],
  /* Confirm      */ [_,                               _,                                           [Reachable, Confirm],                 [Reachable, Confirm],                 [Reachable, Confirm],                 [Reachable, Confirm],                 _],
  /* Doubt        */ [_,                               _,                                           [Probe, Unicast],                     [Probe, Unicast],                     [Probe, Unicast],                     _,                                    _],
  /* -  no        */ [_,                               _,                                           [Reachable, Router],                  [Stale, Router],                      [Delay, Router],                      [Probe, Router],                      _],
  /* -  same      */ [_,                               [Stale, Record, Flush, Router],              [Reachable, Router],                  [Stale, Router],                      [Delay, Router],                      [Probe, Router],                      [Stale, Record, Router]],
  /* -  other     */ [_,                               [Stale, Record, Flush, Router],              [Stale],                              _,                                    _,                                    _,                                    [Stale, Record, Router]],
  /* O  no        */ [_,                               _,                                           [Reachable, Router],                  [Stale, Router],                      [Delay, Router],                      [Probe, Router],                      _],
  /* O  same      */ [_,                               [Stale, Record, Flush, Router],              [Reachable, Router],                  [Stale, Router],                      [Delay, Router],                      [Probe, Router],                      [Stale, Record, Router]],
  /* O  other     */ [_,                               [Stale, Record, Flush, Router],              [Stale, Record, Router],              [Stale, Record, Router],              [Stale, Record, Router],              [Stale, Record, Router],              [Stale, Record, Router]],
  /* S  no        */ [_,                               _,                                           [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         _],
  /* S  same      */ [_,                               [Reachable, Record, Flush, Router, Confirm], [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Record, Router, Confirm]],
  /* S  other     */ [_,                               [Reachable, Record, Flush, Router, Confirm], [Stale],                              _,                                    _,                                    _,                                    [Reachable, Record, Router, Confirm]],
  /* SO no        */ [_,                               _,                                           [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         _],
  /* SO same      */ [_,                               [Reachable, Record, Flush, Router, Confirm], [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Router, Confirm],         [Reachable, Record, Router, Confirm]],
  /* SO other     */ [_,                               [Reachable, Record, Flush, Router, Confirm], [Reachable, Record, Router, Confirm], [Reachable, Record, Router, Confirm], [Reachable, Record, Router, Confirm], [Reachable, Record, Router, Confirm], [Reachable, Record, Router, Confirm]],
  /* heard no     */ [_,                               _,                                           _,                                    _,                                    _,                                    _,                                    _],
  /* heard same   */ [[Stale, Create, Record],         [Stale, Record, Flush],                      _,                                    _,                                    _,                                    _,                                    [Stale, Record]],
  /* heard other  */ [[Stale, Create, Record],         [Stale, Record, Flush],                      [Stale, Record],                      [Stale, Record],                      [Stale, Record],                      [Stale, Record],                      [Stale, Record]],
];

const STATES = 7;
/** The next state in the low four bits, the actions above; -1 where nothing changes. */
const cells = Int16Array.from(rows.flatMap((row) => row.map((cell) => (cell === null ? -1 : encode(cell)))));

function encode([next, ...actions]: Cell): number {
  return actions.reduce<number>((bits, action) => bits | (action << 4), next);
}

/** What `event` does in `state`: -1 for nothing, else for {@link nextState} and {@link hasAction}. */
export function transition(state: NeighborState, event: NeighborEvent): number {
  return cells[event * STATES + state]!;
}

export function nextState(cell: number): NeighborState {
  return (cell & 15) as NeighborState;
}

export function hasAction(cell: number, action: NeighborAction): boolean {
  return ((cell >> 4) & action) !== 0;
}

/** The event that an advertisement is, by its flags. */
export function advertisementEvent(solicited: boolean, override: boolean, address: 0 | 1 | 2): NeighborEvent {
  const group = (solicited ? 2 : 0) + (override ? 1 : 0);
  return (NeighborEvent.AdvertNo + 3 * group + address) as NeighborEvent;
}
