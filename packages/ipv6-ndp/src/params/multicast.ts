/** Limits and times of MLD. */
// biome-ignore lint/suspicious/noEmptyInterface: filled as MLD is written
export interface MulticastParameters {}

export const defaultMulticastParameters: MulticastParameters = {};
