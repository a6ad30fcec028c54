/** ARP: address resolution for IPv4 on Ethernet, and conflict detection. */

export type { ConflictOutcome, ConflictSink, UsableSink } from "./claims.ts";
export { type ArpParameters, defaultArpParameters } from "./params.ts";
export type { UnreachableSink } from "./resolution.ts";
export { type ArpOptions, ArpResolver } from "./resolver.ts";
export type { ArpEntryState, ArpTableEntry } from "./table-entry.ts";
