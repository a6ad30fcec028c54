import { type IpAddress, isV6Group, isV6LinkLocal, isV6Loopback, type Words } from "@mnet/core";

/** Scopes as RFC 6724 3.1 compares them: those of groups (RFC 4291 2.7), with unicast addresses mapped onto them. */
export const Scope = { Interface: 1, Link: 2, Site: 5, Global: 14 } as const;

/**
 * The scope of an address (RFC 6724 3.1, 3.2): unicast is link-local (`::1` too), site-local or global; IPv4 loopback and autoconfigured
 * addresses are link-local, all others global.
 */
export function scopeOf(address: IpAddress): number {
  if (address.family === 4) {
    return address.isLoopback || address.isLinkLocal ? Scope.Link : Scope.Global;
  }
  return scopeOfV6(address);
}

/** As {@link scopeOf} of IPv6 words. */
export function scopeOfV6(words: Readonly<Words>): number {
  if (isV6Group(words)) return (words.w0 >>> 16) & 15;
  if (isV6LinkLocal(words) || isV6Loopback(words)) return Scope.Link;
  // RFC 6724 3.1: site-local unicast addresses are still compared as such, although deprecated.
  return words.w0 >>> 22 === 0x3fb ? Scope.Site : Scope.Global;
}
