/** Limits and times of Neighbor Discovery. */
// biome-ignore lint/suspicious/noEmptyInterface: filled as Neighbor Discovery is written
export interface NeighborDiscoveryParameters {}

export const defaultNeighborDiscoveryParameters: NeighborDiscoveryParameters = {};
