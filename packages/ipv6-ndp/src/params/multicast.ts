import { defaultMembershipParameters, type MembershipParameters } from "@mnet/core";

/** Limits and times of MLD (RFC 9777 9): those of multicast membership in both families. */
export interface MulticastParameters extends MembershipParameters {}

export const defaultMulticastParameters: MulticastParameters = defaultMembershipParameters;
