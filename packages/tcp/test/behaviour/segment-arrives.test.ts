import { describe, expect, it } from "vitest";
import type { PeerSegment, Received } from "../support/peer.ts";
import { BUFFER, observedState, type Scene, scene } from "../support/scene.ts";

/**
 * RFC 9293 3.10.7, "SEGMENT ARRIVES", as one table: what each segment does in each state, with the amendments of RFC 5961 (exact
 * RST, challenge ACKs, the range of acceptable acknowledgments) and RFC 1337 (RST in TIME-WAIT).
 *
 * The segments, by the variables of the connection they meet (scene.ts says what these are in each state):
 */
const segments: Record<string, (s: Scene) => PeerSegment> = {
  SYN: (s) => ({ flags: "S", sequence: s.next }),
  "SYN, old": () => ({ flags: "S", sequence: 0 }),
  "SYN,ACK": (s) => ({ flags: "SA", sequence: s.next, acknowledgment: s.sent }),
  "RST exact": (s) => ({ flags: "R", sequence: s.next }),
  "RST,ACK exact": (s) => ({ flags: "RA", sequence: s.next, acknowledgment: s.sent }),
  "RST,ACK of the future": (s) => ({ flags: "RA", sequence: s.next, acknowledgment: s.sent + 1 }),
  "RST in window": (s) => ({ flags: "R", sequence: s.next + 1 }),
  "RST far in window": (s) => ({ flags: "R", sequence: s.next + 1000 }),
  "RST left": (s) => ({ flags: "R", sequence: s.next - 1 }),
  "RST right": (s) => ({ flags: "R", sequence: s.next + BUFFER }),
  FIN: (s) => ({ flags: "FA", sequence: s.next, acknowledgment: s.unacknowledged }),
  "FIN and ACK new": (s) => ({ flags: "FA", sequence: s.next, acknowledgment: s.sent }),
  "FIN repeated": (s) => ({ flags: "FA", sequence: s.next - 1, acknowledgment: s.acknowledgment }),
  "FIN ahead": (s) => ({ flags: "FA", sequence: s.next + 10, acknowledgment: s.acknowledgment }),
  "FIN without ACK": (s) => ({ flags: "F", sequence: s.next }),
  "ACK too old": (s) => ({ flags: "A", sequence: s.next, acknowledgment: s.unacknowledged - 70000 }),
  "ACK old": (s) => ({ flags: "A", sequence: s.next, acknowledgment: s.unacknowledged - 50 }),
  "ACK again": (s) => ({ flags: "A", sequence: s.next, acknowledgment: s.unacknowledged }),
  "ACK new": (s) => ({ flags: "A", sequence: s.next, acknowledgment: s.sent }),
  "ACK future": (s) => ({ flags: "A", sequence: s.next, acknowledgment: s.sent + 1 }),
  "data left": (s) => data(s, s.next - 60),
  "data over the left edge": (s) => data(s, s.next - 5),
  "data next": (s) => data(s, s.next),
  "data ahead": (s) => data(s, s.next + 10),
  "data right": (s) => data(s, s.next + BUFFER),
  "data, ACK future": (s) => ({ ...data(s, s.next), acknowledgment: s.sent + 1 }),
  "data, ACK too old": (s) => ({ ...data(s, s.next), acknowledgment: s.unacknowledged - 70000 }),
  "data, urgent": (s) => ({ ...data(s, s.next), flags: "UA", urgentPointer: 5 }),
  "data, no flags": (s) => ({ flags: "", sequence: s.next, payload: 10 }),
};

function data(s: Scene, sequence: number): PeerSegment {
  return { flags: "A", sequence, acknowledgment: s.acknowledgment, payload: 10 };
}

/**
 * The answers:
 *
 * - `-`: none.
 * - `ACK`: at once one <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, RCV.NXT as it was.
 * - `ACK +n`: the same, but RCV.NXT has advanced by n.
 * - `ACK +n soon`: within 0.5 s a segment acknowledges RCV.NXT + n (RFC 9293 3.8.6.3 allows the delay).
 * - `(ACK)`: none or an ACK; the RFC leaves it open.
 * - `RST`: <SEQ=SEG.ACK><CTL=RST>, in answer to a segment with ACK.
 * - `RST,ACK`: <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>, in answer to one without.
 * - `SYN,ACK`: <SEQ=ISS><ACK=SEG.SEQ+1><CTL=SYN,ACK>.
 * - `SYN,ACK or ACK`: either; both bring the two ends together.
 *
 * What the application sees: `n octets` to read, the `end` of the stream, the connection `closed` without error or with one.
 */
const table = `
state                      | segment                 | answer         | next state   | application
CLOSED                     | SYN                     | RST,ACK        | CLOSED       |
CLOSED                     | SYN, old                | RST,ACK        | CLOSED       |
CLOSED                     | SYN,ACK                 | RST            | CLOSED       |
CLOSED                     | RST exact               | -              | CLOSED       |
CLOSED                     | RST,ACK exact           | -              | CLOSED       |
CLOSED                     | RST,ACK of the future   | -              | CLOSED       |
CLOSED                     | RST in window           | -              | CLOSED       |
CLOSED                     | RST far in window       | -              | CLOSED       |
CLOSED                     | RST left                | -              | CLOSED       |
CLOSED                     | RST right               | -              | CLOSED       |
CLOSED                     | FIN                     | RST            | CLOSED       |
CLOSED                     | FIN and ACK new         | RST            | CLOSED       |
CLOSED                     | FIN repeated            | RST            | CLOSED       |
CLOSED                     | FIN ahead               | RST            | CLOSED       |
CLOSED                     | FIN without ACK         | RST,ACK        | CLOSED       |
CLOSED                     | ACK too old             | RST            | CLOSED       |
CLOSED                     | ACK old                 | RST            | CLOSED       |
CLOSED                     | ACK again               | RST            | CLOSED       |
CLOSED                     | ACK new                 | RST            | CLOSED       |
CLOSED                     | ACK future              | RST            | CLOSED       |
CLOSED                     | data left               | RST            | CLOSED       |
CLOSED                     | data over the left edge | RST            | CLOSED       |
CLOSED                     | data next               | RST            | CLOSED       |
CLOSED                     | data ahead              | RST            | CLOSED       |
CLOSED                     | data right              | RST            | CLOSED       |
CLOSED                     | data, ACK future        | RST            | CLOSED       |
CLOSED                     | data, ACK too old       | RST            | CLOSED       |
CLOSED                     | data, urgent            | RST            | CLOSED       |
CLOSED                     | data, no flags          | RST,ACK        | CLOSED       |

LISTEN                     | SYN                     | SYN,ACK        | SYN-RECEIVED |
LISTEN                     | SYN, old                | SYN,ACK        | SYN-RECEIVED |
LISTEN                     | SYN,ACK                 | RST            | LISTEN       |
LISTEN                     | RST exact               | -              | LISTEN       |
LISTEN                     | RST,ACK exact           | -              | LISTEN       |
LISTEN                     | RST,ACK of the future   | -              | LISTEN       |
LISTEN                     | RST in window           | -              | LISTEN       |
LISTEN                     | RST far in window       | -              | LISTEN       |
LISTEN                     | RST left                | -              | LISTEN       |
LISTEN                     | RST right               | -              | LISTEN       |
LISTEN                     | FIN                     | RST            | LISTEN       |
LISTEN                     | FIN and ACK new         | RST            | LISTEN       |
LISTEN                     | FIN repeated            | RST            | LISTEN       |
LISTEN                     | FIN ahead               | RST            | LISTEN       |
LISTEN                     | FIN without ACK         | -              | LISTEN       |
LISTEN                     | ACK too old             | RST            | LISTEN       |
LISTEN                     | ACK old                 | RST            | LISTEN       |
LISTEN                     | ACK again               | RST            | LISTEN       |
LISTEN                     | ACK new                 | RST            | LISTEN       |
LISTEN                     | ACK future              | RST            | LISTEN       |
LISTEN                     | data left               | RST            | LISTEN       |
LISTEN                     | data over the left edge | RST            | LISTEN       |
LISTEN                     | data next               | RST            | LISTEN       |
LISTEN                     | data ahead              | RST            | LISTEN       |
LISTEN                     | data right              | RST            | LISTEN       |
LISTEN                     | data, ACK future        | RST            | LISTEN       |
LISTEN                     | data, ACK too old       | RST            | LISTEN       |
LISTEN                     | data, urgent            | RST            | LISTEN       |
LISTEN                     | data, no flags          | -              | LISTEN       |

SYN-SENT                   | SYN                     | SYN,ACK        | SYN-RECEIVED |
SYN-SENT                   | SYN, old                | SYN,ACK        | SYN-RECEIVED |
SYN-SENT                   | SYN,ACK                 | ACK +1         | ESTABLISHED  |
SYN-SENT                   | RST exact               | -              | SYN-SENT     |
SYN-SENT                   | RST,ACK exact           | -              | CLOSED       | closed ECONNREFUSED
SYN-SENT                   | RST,ACK of the future   | -              | SYN-SENT     |
SYN-SENT                   | RST in window           | -              | SYN-SENT     |
SYN-SENT                   | RST far in window       | -              | SYN-SENT     |
SYN-SENT                   | RST left                | -              | SYN-SENT     |
SYN-SENT                   | RST right               | -              | SYN-SENT     |
SYN-SENT                   | FIN                     | RST            | SYN-SENT     |
SYN-SENT                   | FIN and ACK new         | -              | SYN-SENT     |
SYN-SENT                   | FIN repeated            | -              | SYN-SENT     |
SYN-SENT                   | FIN ahead               | -              | SYN-SENT     |
SYN-SENT                   | FIN without ACK         | -              | SYN-SENT     |
SYN-SENT                   | ACK too old             | RST            | SYN-SENT     |
SYN-SENT                   | ACK old                 | RST            | SYN-SENT     |
SYN-SENT                   | ACK again               | RST            | SYN-SENT     |
SYN-SENT                   | ACK new                 | -              | SYN-SENT     |
SYN-SENT                   | ACK future              | RST            | SYN-SENT     |
SYN-SENT                   | data left               | -              | SYN-SENT     |
SYN-SENT                   | data over the left edge | -              | SYN-SENT     |
SYN-SENT                   | data next               | -              | SYN-SENT     |
SYN-SENT                   | data ahead              | -              | SYN-SENT     |
SYN-SENT                   | data right              | -              | SYN-SENT     |
SYN-SENT                   | data, ACK future        | RST            | SYN-SENT     |
SYN-SENT                   | data, ACK too old       | RST            | SYN-SENT     |
SYN-SENT                   | data, urgent            | -              | SYN-SENT     |
SYN-SENT                   | data, no flags          | -              | SYN-SENT     |

SYN-RECEIVED from LISTEN   | SYN                     | -              | LISTEN       |
SYN-RECEIVED from LISTEN   | SYN, old                | SYN,ACK or ACK | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | SYN,ACK                 | -              | LISTEN       |
SYN-RECEIVED from LISTEN   | RST exact               | -              | LISTEN       |
SYN-RECEIVED from LISTEN   | RST,ACK exact           | -              | LISTEN       |
SYN-RECEIVED from LISTEN   | RST,ACK of the future   | -              | LISTEN       |
SYN-RECEIVED from LISTEN   | RST in window           | ACK            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | RST far in window       | ACK            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | RST left                | -              | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | RST right               | -              | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | FIN                     | RST            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | FIN and ACK new         | ACK +1         | CLOSE-WAIT   | end
SYN-RECEIVED from LISTEN   | FIN repeated            | ACK            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | FIN ahead               | ACK            | ESTABLISHED  |
SYN-RECEIVED from LISTEN   | FIN without ACK         | -              | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | ACK too old             | RST            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | ACK old                 | RST            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | ACK again               | RST            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | ACK new                 | -              | ESTABLISHED  |
SYN-RECEIVED from LISTEN   | ACK future              | RST            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | data left               | ACK            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | data over the left edge | ACK +5 soon    | ESTABLISHED  | 5 octets
SYN-RECEIVED from LISTEN   | data next               | ACK +10 soon   | ESTABLISHED  | 10 octets
SYN-RECEIVED from LISTEN   | data ahead              | ACK            | ESTABLISHED  |
SYN-RECEIVED from LISTEN   | data right              | ACK            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | data, ACK future        | RST            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | data, ACK too old       | RST            | SYN-RECEIVED |
SYN-RECEIVED from LISTEN   | data, urgent            | ACK +10 soon   | ESTABLISHED  | 10 octets
SYN-RECEIVED from LISTEN   | data, no flags          | -              | SYN-RECEIVED |

SYN-RECEIVED from SYN-SENT | SYN                     | ACK            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | SYN, old                | SYN,ACK or ACK | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | SYN,ACK                 | ACK            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | RST exact               | -              | CLOSED       | closed ECONNREFUSED
SYN-RECEIVED from SYN-SENT | RST,ACK exact           | -              | CLOSED       | closed ECONNREFUSED
SYN-RECEIVED from SYN-SENT | RST,ACK of the future   | -              | CLOSED       | closed ECONNREFUSED
SYN-RECEIVED from SYN-SENT | RST in window           | ACK            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | RST far in window       | ACK            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | RST left                | -              | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | RST right               | -              | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | FIN                     | RST            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | FIN and ACK new         | ACK +1         | CLOSE-WAIT   | end
SYN-RECEIVED from SYN-SENT | FIN repeated            | ACK            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | FIN ahead               | ACK            | ESTABLISHED  |
SYN-RECEIVED from SYN-SENT | FIN without ACK         | -              | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | ACK too old             | RST            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | ACK old                 | RST            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | ACK again               | RST            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | ACK new                 | -              | ESTABLISHED  |
SYN-RECEIVED from SYN-SENT | ACK future              | RST            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | data left               | ACK            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | data over the left edge | ACK +5 soon    | ESTABLISHED  | 5 octets
SYN-RECEIVED from SYN-SENT | data next               | ACK +10 soon   | ESTABLISHED  | 10 octets
SYN-RECEIVED from SYN-SENT | data ahead              | ACK            | ESTABLISHED  |
SYN-RECEIVED from SYN-SENT | data right              | ACK            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | data, ACK future        | RST            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | data, ACK too old       | RST            | SYN-RECEIVED |
SYN-RECEIVED from SYN-SENT | data, urgent            | ACK +10 soon   | ESTABLISHED  | 10 octets
SYN-RECEIVED from SYN-SENT | data, no flags          | -              | SYN-RECEIVED |

ESTABLISHED                | SYN                     | ACK            | ESTABLISHED  |
ESTABLISHED                | SYN, old                | ACK            | ESTABLISHED  |
ESTABLISHED                | SYN,ACK                 | ACK            | ESTABLISHED  |
ESTABLISHED                | RST exact               | -              | CLOSED       | closed ECONNRESET
ESTABLISHED                | RST,ACK exact           | -              | CLOSED       | closed ECONNRESET
ESTABLISHED                | RST,ACK of the future   | -              | CLOSED       | closed ECONNRESET
ESTABLISHED                | RST in window           | ACK            | ESTABLISHED  |
ESTABLISHED                | RST far in window       | ACK            | ESTABLISHED  |
ESTABLISHED                | RST left                | -              | ESTABLISHED  |
ESTABLISHED                | RST right               | -              | ESTABLISHED  |
ESTABLISHED                | FIN                     | ACK +1         | CLOSE-WAIT   | end
ESTABLISHED                | FIN and ACK new         | ACK +1         | CLOSE-WAIT   | end
ESTABLISHED                | FIN repeated            | ACK            | ESTABLISHED  |
ESTABLISHED                | FIN ahead               | ACK            | ESTABLISHED  |
ESTABLISHED                | FIN without ACK         | -              | ESTABLISHED  |
ESTABLISHED                | ACK too old             | ACK            | ESTABLISHED  |
ESTABLISHED                | ACK old                 | -              | ESTABLISHED  |
ESTABLISHED                | ACK again               | -              | ESTABLISHED  |
ESTABLISHED                | ACK new                 | -              | ESTABLISHED  |
ESTABLISHED                | ACK future              | ACK            | ESTABLISHED  |
ESTABLISHED                | data left               | ACK            | ESTABLISHED  |
ESTABLISHED                | data over the left edge | ACK +5 soon    | ESTABLISHED  | 5 octets
ESTABLISHED                | data next               | ACK +10 soon   | ESTABLISHED  | 10 octets
ESTABLISHED                | data ahead              | ACK            | ESTABLISHED  |
ESTABLISHED                | data right              | ACK            | ESTABLISHED  |
ESTABLISHED                | data, ACK future        | ACK            | ESTABLISHED  |
ESTABLISHED                | data, ACK too old       | ACK            | ESTABLISHED  |
ESTABLISHED                | data, urgent            | ACK +10 soon   | ESTABLISHED  | 10 octets
ESTABLISHED                | data, no flags          | -              | ESTABLISHED  |

FIN-WAIT-1                 | SYN                     | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | SYN, old                | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | SYN,ACK                 | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | RST exact               | -              | CLOSED       | closed ECONNRESET
FIN-WAIT-1                 | RST,ACK exact           | -              | CLOSED       | closed ECONNRESET
FIN-WAIT-1                 | RST,ACK of the future   | -              | CLOSED       | closed ECONNRESET
FIN-WAIT-1                 | RST in window           | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | RST far in window       | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | RST left                | -              | FIN-WAIT-1   |
FIN-WAIT-1                 | RST right               | -              | FIN-WAIT-1   |
FIN-WAIT-1                 | FIN                     | ACK +1         | CLOSING      | end
FIN-WAIT-1                 | FIN and ACK new         | ACK +1         | TIME-WAIT    | end, closed
FIN-WAIT-1                 | FIN repeated            | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | FIN ahead               | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | FIN without ACK         | -              | FIN-WAIT-1   |
FIN-WAIT-1                 | ACK too old             | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | ACK old                 | -              | FIN-WAIT-1   |
FIN-WAIT-1                 | ACK again               | -              | FIN-WAIT-1   |
FIN-WAIT-1                 | ACK new                 | -              | FIN-WAIT-2   |
FIN-WAIT-1                 | ACK future              | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | data left               | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | data over the left edge | ACK +5 soon    | FIN-WAIT-1   | 5 octets
FIN-WAIT-1                 | data next               | ACK +10 soon   | FIN-WAIT-1   | 10 octets
FIN-WAIT-1                 | data ahead              | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | data right              | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | data, ACK future        | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | data, ACK too old       | ACK            | FIN-WAIT-1   |
FIN-WAIT-1                 | data, urgent            | ACK +10 soon   | FIN-WAIT-1   | 10 octets
FIN-WAIT-1                 | data, no flags          | -              | FIN-WAIT-1   |

FIN-WAIT-2                 | SYN                     | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | SYN, old                | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | SYN,ACK                 | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | RST exact               | -              | CLOSED       | closed ECONNRESET
FIN-WAIT-2                 | RST,ACK exact           | -              | CLOSED       | closed ECONNRESET
FIN-WAIT-2                 | RST,ACK of the future   | -              | CLOSED       | closed ECONNRESET
FIN-WAIT-2                 | RST in window           | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | RST far in window       | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | RST left                | -              | FIN-WAIT-2   |
FIN-WAIT-2                 | RST right               | -              | FIN-WAIT-2   |
FIN-WAIT-2                 | FIN                     | ACK +1         | TIME-WAIT    | end, closed
FIN-WAIT-2                 | FIN and ACK new         | ACK +1         | TIME-WAIT    | end, closed
FIN-WAIT-2                 | FIN repeated            | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | FIN ahead               | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | FIN without ACK         | -              | FIN-WAIT-2   |
FIN-WAIT-2                 | ACK too old             | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | ACK old                 | -              | FIN-WAIT-2   |
FIN-WAIT-2                 | ACK again               | -              | FIN-WAIT-2   |
FIN-WAIT-2                 | ACK new                 | -              | FIN-WAIT-2   |
FIN-WAIT-2                 | ACK future              | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | data left               | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | data over the left edge | ACK +5 soon    | FIN-WAIT-2   | 5 octets
FIN-WAIT-2                 | data next               | ACK +10 soon   | FIN-WAIT-2   | 10 octets
FIN-WAIT-2                 | data ahead              | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | data right              | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | data, ACK future        | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | data, ACK too old       | ACK            | FIN-WAIT-2   |
FIN-WAIT-2                 | data, urgent            | ACK +10 soon   | FIN-WAIT-2   | 10 octets
FIN-WAIT-2                 | data, no flags          | -              | FIN-WAIT-2   |

CLOSE-WAIT                 | SYN                     | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | SYN, old                | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | SYN,ACK                 | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | RST exact               | -              | CLOSED       | end, closed ECONNRESET
CLOSE-WAIT                 | RST,ACK exact           | -              | CLOSED       | end, closed ECONNRESET
CLOSE-WAIT                 | RST,ACK of the future   | -              | CLOSED       | end, closed ECONNRESET
CLOSE-WAIT                 | RST in window           | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | RST far in window       | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | RST left                | -              | CLOSE-WAIT   | end
CLOSE-WAIT                 | RST right               | -              | CLOSE-WAIT   | end
CLOSE-WAIT                 | FIN                     | (ACK)          | CLOSE-WAIT   | end
CLOSE-WAIT                 | FIN and ACK new         | (ACK)          | CLOSE-WAIT   | end
CLOSE-WAIT                 | FIN repeated            | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | FIN ahead               | (ACK)          | CLOSE-WAIT   | end
CLOSE-WAIT                 | FIN without ACK         | -              | CLOSE-WAIT   | end
CLOSE-WAIT                 | ACK too old             | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | ACK old                 | -              | CLOSE-WAIT   | end
CLOSE-WAIT                 | ACK again               | -              | CLOSE-WAIT   | end
CLOSE-WAIT                 | ACK new                 | -              | CLOSE-WAIT   | end
CLOSE-WAIT                 | ACK future              | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | data left               | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | data over the left edge | (ACK)          | CLOSE-WAIT   | end
CLOSE-WAIT                 | data next               | (ACK)          | CLOSE-WAIT   | end
CLOSE-WAIT                 | data ahead              | (ACK)          | CLOSE-WAIT   | end
CLOSE-WAIT                 | data right              | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | data, ACK future        | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | data, ACK too old       | ACK            | CLOSE-WAIT   | end
CLOSE-WAIT                 | data, urgent            | (ACK)          | CLOSE-WAIT   | end
CLOSE-WAIT                 | data, no flags          | -              | CLOSE-WAIT   | end

CLOSING                    | SYN                     | ACK            | CLOSING      | end
CLOSING                    | SYN, old                | ACK            | CLOSING      | end
CLOSING                    | SYN,ACK                 | ACK            | CLOSING      | end
CLOSING                    | RST exact               | -              | CLOSED       | end, closed somehow
CLOSING                    | RST,ACK exact           | -              | CLOSED       | end, closed somehow
CLOSING                    | RST,ACK of the future   | -              | CLOSED       | end, closed somehow
CLOSING                    | RST in window           | ACK            | CLOSING      | end
CLOSING                    | RST far in window       | ACK            | CLOSING      | end
CLOSING                    | RST left                | -              | CLOSING      | end
CLOSING                    | RST right               | -              | CLOSING      | end
CLOSING                    | FIN                     | (ACK)          | CLOSING      | end
CLOSING                    | FIN and ACK new         | (ACK)          | TIME-WAIT    | end, closed
CLOSING                    | FIN repeated            | ACK            | CLOSING      | end
CLOSING                    | FIN ahead               | (ACK)          | CLOSING      | end
CLOSING                    | FIN without ACK         | -              | CLOSING      | end
CLOSING                    | ACK too old             | ACK            | CLOSING      | end
CLOSING                    | ACK old                 | -              | CLOSING      | end
CLOSING                    | ACK again               | -              | CLOSING      | end
CLOSING                    | ACK new                 | -              | TIME-WAIT    | end, closed
CLOSING                    | ACK future              | ACK            | CLOSING      | end
CLOSING                    | data left               | ACK            | CLOSING      | end
CLOSING                    | data over the left edge | (ACK)          | CLOSING      | end
CLOSING                    | data next               | (ACK)          | CLOSING      | end
CLOSING                    | data ahead              | (ACK)          | CLOSING      | end
CLOSING                    | data right              | ACK            | CLOSING      | end
CLOSING                    | data, ACK future        | ACK            | CLOSING      | end
CLOSING                    | data, ACK too old       | ACK            | CLOSING      | end
CLOSING                    | data, urgent            | (ACK)          | CLOSING      | end
CLOSING                    | data, no flags          | -              | CLOSING      | end

LAST-ACK                   | SYN                     | ACK            | LAST-ACK     | end
LAST-ACK                   | SYN, old                | ACK            | LAST-ACK     | end
LAST-ACK                   | SYN,ACK                 | ACK            | LAST-ACK     | end
LAST-ACK                   | RST exact               | -              | CLOSED       | end, closed somehow
LAST-ACK                   | RST,ACK exact           | -              | CLOSED       | end, closed somehow
LAST-ACK                   | RST,ACK of the future   | -              | CLOSED       | end, closed somehow
LAST-ACK                   | RST in window           | ACK            | LAST-ACK     | end
LAST-ACK                   | RST far in window       | ACK            | LAST-ACK     | end
LAST-ACK                   | RST left                | -              | LAST-ACK     | end
LAST-ACK                   | RST right               | -              | LAST-ACK     | end
LAST-ACK                   | FIN                     | (ACK)          | LAST-ACK     | end
LAST-ACK                   | FIN and ACK new         | -              | CLOSED       | end, closed
LAST-ACK                   | FIN repeated            | ACK            | LAST-ACK     | end
LAST-ACK                   | FIN ahead               | (ACK)          | LAST-ACK     | end
LAST-ACK                   | FIN without ACK         | -              | LAST-ACK     | end
LAST-ACK                   | ACK too old             | ACK            | LAST-ACK     | end
LAST-ACK                   | ACK old                 | -              | LAST-ACK     | end
LAST-ACK                   | ACK again               | -              | LAST-ACK     | end
LAST-ACK                   | ACK new                 | -              | CLOSED       | end, closed
LAST-ACK                   | ACK future              | ACK            | LAST-ACK     | end
LAST-ACK                   | data left               | ACK            | LAST-ACK     | end
LAST-ACK                   | data over the left edge | (ACK)          | LAST-ACK     | end
LAST-ACK                   | data next               | (ACK)          | LAST-ACK     | end
LAST-ACK                   | data ahead              | (ACK)          | LAST-ACK     | end
LAST-ACK                   | data right              | ACK            | LAST-ACK     | end
LAST-ACK                   | data, ACK future        | ACK            | LAST-ACK     | end
LAST-ACK                   | data, ACK too old       | ACK            | LAST-ACK     | end
LAST-ACK                   | data, urgent            | (ACK)          | LAST-ACK     | end
LAST-ACK                   | data, no flags          | -              | LAST-ACK     | end

TIME-WAIT                  | SYN, old                | ACK            | TIME-WAIT    | end, closed
TIME-WAIT                  | SYN,ACK                 | ACK            | TIME-WAIT    | end, closed
TIME-WAIT                  | RST exact               | -              | TIME-WAIT    | end, closed
TIME-WAIT                  | RST,ACK exact           | -              | TIME-WAIT    | end, closed
TIME-WAIT                  | RST,ACK of the future   | -              | TIME-WAIT    | end, closed
TIME-WAIT                  | RST in window           | -              | TIME-WAIT    | end, closed
TIME-WAIT                  | RST far in window       | -              | TIME-WAIT    | end, closed
TIME-WAIT                  | RST left                | -              | TIME-WAIT    | end, closed
TIME-WAIT                  | RST right               | -              | TIME-WAIT    | end, closed
TIME-WAIT                  | FIN                     | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | FIN and ACK new         | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | FIN repeated            | ACK            | TIME-WAIT    | end, closed
TIME-WAIT                  | FIN ahead               | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | FIN without ACK         | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | ACK too old             | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | ACK old                 | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | ACK again               | -              | TIME-WAIT    | end, closed
TIME-WAIT                  | ACK new                 | -              | TIME-WAIT    | end, closed
TIME-WAIT                  | ACK future              | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | data left               | ACK            | TIME-WAIT    | end, closed
TIME-WAIT                  | data over the left edge | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | data next               | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | data ahead              | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | data right              | ACK            | TIME-WAIT    | end, closed
TIME-WAIT                  | data, ACK future        | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | data, ACK too old       | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | data, urgent            | (ACK)          | TIME-WAIT    | end, closed
TIME-WAIT                  | data, no flags          | (ACK)          | TIME-WAIT    | end, closed
`;

interface Row {
  readonly state: string;
  readonly segment: string;
  readonly answer: string;
  readonly next: string;
  readonly application: string;
}

const rows: Row[] = table
  .trim()
  .split("\n")
  .slice(1)
  .filter((line) => line !== "")
  .map((line) => {
    const [state, segment, answer, next, application] = line.split("|").map((cell) => cell.trim());
    return { state: state!, segment: segment!, answer: answer!, next: next!, application: application ?? "" };
  });

describe("RFC 9293 3.10.7: a segment arrives", () => {
  it("has an expectation for every segment in every state", () => {
    // A SYN that may be the next incarnation's in TIME-WAIT is a subject of its own: closing.test.ts.
    const expected = new Set(rows.map((row) => `${row.state} | ${row.segment}`));
    for (const state of new Set(rows.map((row) => row.state))) {
      for (const segment of Object.keys(segments)) expected.add(`${state} | ${segment}`);
    }
    expected.delete("TIME-WAIT | SYN");
    expect(rows.length).toBe(expected.size);
    expect(expected.size).toBe(12 * Object.keys(segments).length - 1);
  });

  for (const state of new Set(rows.map((row) => row.state))) {
    describe(state, () => {
      for (const row of rows.filter((candidate) => candidate.state === state)) {
        const seen = row.application === "" ? "" : `, the application: ${row.application}`;
        it(`${row.segment}: answer ${row.answer}, then ${row.next}${seen}`, () => check(row));
      }
    });
  }
});

function check(row: Row): void {
  const before = scene(row.state);
  const sent = segments[row.segment]!(before);
  before.peer.send(sent);
  checkAnswer(row.answer, before, sent);
  if (before.application === null && row.application !== "") before.application = before.listening!.accept();
  const seen = seenBy(before);
  const state = observedState(before);
  expect(state, "the next state").toBe(row.next);
  if (!row.application.includes("somehow")) expect(seen).toBe(row.application);
  else
    expect([
      row.application.replace(" somehow", ""),
      row.application.replace("somehow", "ECONNRESET"),
    ]).toContain(seen);
}

function seenBy({ application }: Scene): string {
  if (application === null) return "";
  const { connection, outcome } = application;
  const seen: string[] = [];
  if (connection.readableOctets > 0) seen.push(`${connection.readableOctets} octets`);
  if (connection.endOfStream) seen.push("end");
  if (outcome !== undefined) seen.push(outcome === null ? "closed" : `closed ${outcome}`);
  return seen.join(", ");
}

function checkAnswer(answer: string, { harness, peer, next, sent }: Scene, segment: PeerSegment): void {
  const acknowledgment = (advance: number): object => ({
    flags: "A",
    sequence: sent,
    acknowledgment: next + advance,
    length: 0,
  });
  const [, advance = "0", soon] = /^ACK(?: \+(\d+))?( soon)?$/.exec(answer) ?? [];
  if (answer === "-") harness.expectNothing();
  else if (answer === "RST") peer.expect({ flags: "R", length: 0, sequence: segment.acknowledgment! });
  else if (answer === "RST,ACK") {
    const octets = (segment.payload as number | undefined) ?? 0;
    const control = /[SF]/.test(segment.flags) ? 1 : 0;
    peer.expect({
      flags: "RA",
      sequence: 0,
      acknowledgment: segment.sequence! + octets + control,
      length: 0,
    });
  } else if (answer === "SYN,ACK")
    peer.expect({ flags: "SA", sequence: 0, acknowledgment: segment.sequence! + 1 });
  else if (answer === "SYN,ACK or ACK") {
    const received = peer.take();
    expect(received, "an answer").not.toBeNull();
    expect(["SA", "A"]).toContain(received!.flags);
    expect(received).toMatchObject({ sequence: received!.flags === "SA" ? 0 : 1, acknowledgment: 1 });
  } else if (answer === "(ACK)") {
    const received = peer.take();
    if (received !== null) expect(received).toMatchObject(acknowledgment(0));
  } else if (soon !== undefined) {
    harness.advance(500);
    const last: Received | undefined = peer.takeAll().at(-1);
    expect(last?.acknowledgment, "the acknowledgment").toBe(next + Number(advance));
  } else peer.expect(acknowledgment(Number(advance)));
  harness.expectNothing();
}
