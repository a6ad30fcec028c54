/** The connection states of RFC 9293 3.3.2. LISTEN is a `TcpListener`, not a connection. */
export const TcpState = {
  Closed: 0,
  SynSent: 1,
  SynReceived: 2,
  Established: 3,
  FinWait1: 4,
  FinWait2: 5,
  CloseWait: 6,
  Closing: 7,
  LastAck: 8,
  TimeWait: 9,
} as const;
export type TcpState = (typeof TcpState)[keyof typeof TcpState];

const names: readonly string[] = [
  "CLOSED",
  "SYN-SENT",
  "SYN-RECEIVED",
  "ESTABLISHED",
  "FIN-WAIT-1",
  "FIN-WAIT-2",
  "CLOSE-WAIT",
  "CLOSING",
  "LAST-ACK",
  "TIME-WAIT",
];

/** The RFC's name of a state, such as `FIN-WAIT-1`. */
export function tcpStateName(state: TcpState): string {
  return names[state]!;
}

/** Whether text is still accepted from the peer: it has not sent its FIN (RFC 9293 3.10.7.4, seventh). */
export function receivesText(state: TcpState): boolean {
  return state === TcpState.Established || state === TcpState.FinWait1 || state === TcpState.FinWait2;
}

/** Whether the handshake is done and the record is still a connection. */
export function isSynchronized(state: TcpState): boolean {
  return state >= TcpState.Established && state <= TcpState.LastAck;
}

/** ESTABLISHED or CLOSE-WAIT, what the TCP MIB calls established (RFC 4022, tcpCurrEstab). */
export function countsAsEstablished(state: TcpState): boolean {
  return state === TcpState.Established || state === TcpState.CloseWait;
}
