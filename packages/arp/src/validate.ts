import { type MacAddress, Verdict } from "@mnet/core";
import { type ArpMessage, ArpOperation } from "./message.ts";

/**
 * Whether the sender of a message can be one: `Handled`, or why the message is dropped. A sender MAC that differs from the frame's
 * source is accepted, as Linux does: bridges, bonds and VRRP routers send that way, and a forger can make both agree.
 * @param own our MAC address.
 */
export function checkSender(message: ArpMessage, own: MacAddress): Verdict {
  const { senderHigh, senderLow, sender } = message;
  // A group address is no station's (RFC 1812 3.3.2 for routers; a host that believes it floods the link).
  if ((senderHigh & 0x010000) !== 0 || (senderHigh === 0 && senderLow === 0)) return Verdict.BadSource;
  // Our own packet brought back, or a lie that would make us send to ourselves: neither is a conflict (RFC 5227 2.4).
  if (senderHigh === own.high && senderLow === own.low) return Verdict.BadSource;
  // Only a request may come without an address: the probe of RFC 5227.
  if (sender === 0) return message.operation === ArpOperation.Request ? Verdict.Handled : Verdict.BadSource;
  return canBeNeighbor(sender) ? Verdict.Handled : Verdict.BadSource;
}

/** Whether an IPv4 address can be one host's on a link: not 0/8, loopback, multicast, 240/4 or the limited broadcast (RFC 6890). */
export function canBeNeighbor(bits: number): boolean {
  const first = bits >>> 24;
  return first !== 0 && first !== 127 && first < 224;
}
