import type { NetworkConfiguration } from "./api/configuration.ts";

/** Where no router says anything. */
export const noConfiguration: NetworkConfiguration = {
  managed: false,
  otherConfiguration: false,
  nameServers: [],
  searchDomains: [],
  mtu: null,
  hopLimit: null,
};
