import { formatEndpoint } from "@mnet/core";
import type { Stack, TcpFlow, UdpSocket } from "@mnet/stack";

export interface EchoServiceOptions {
  /** TCP and UDP port, 1..65535. */
  readonly port: number;
  /** Ends after this many TCP connections. Default: never. */
  readonly limit?: number;
  /** Told one line per event. Default: silent. */
  readonly log?: (line: string) => void;
}

/** What the service did. */
export interface EchoServiceResult {
  readonly connections: number;
  readonly datagrams: number;
}

/**
 * TCP and UDP echo on one port (RFC 862) over any stack. Resolves once `limit` connections have ended; rejects with ENETDOWN when the
 * stack is killed.
 */
export async function echoService(stack: Stack, options: EchoServiceOptions): Promise<EchoServiceResult> {
  const { port, limit = Number.POSITIVE_INFINITY, log = () => {} } = options;
  const listener = stack.tcp.listen({ port });
  const socket = stack.udp.bind({ port });
  const datagrams = echoDatagrams(socket);
  let connections = 0;
  const served = listener.serve(async (flow) => {
    if (++connections >= limit) await listener.close();
    const octets = await echoStream(flow);
    log(`${formatEndpoint(flow.remote)} echoed ${octets} octets`);
  });
  try {
    await served;
  } finally {
    await listener.close();
    await socket.close();
  }
  return { connections, datagrams: await datagrams };
}

/**
 * Echoes until the peer ends its stream, then ends ours. Nothing is copied into a buffer of the service: what `get` lends from the receive
 * buffer goes to the send buffer, and while that is full the service does not read, so a peer that stalls stops its own window.
 */
export async function echoStream(flow: TcpFlow): Promise<number> {
  let octets = 0;
  for (let chunks = await flow.get(); chunks !== null; chunks = await flow.get()) {
    for (const chunk of chunks) {
      await flow.write(chunk);
      octets += chunk.length;
    }
  }
  await flow.close();
  return octets;
}

/** Answers every datagram until the socket closes; returns how many it answered. */
async function echoDatagrams(socket: UdpSocket): Promise<number> {
  let answered = 0;
  try {
    for await (const { data, remote } of socket) {
      // Two echo services that answer each other never stop: whoever sends from our own port gets no answer. Port 0 asks for none.
      if (remote.port === socket.local.port || remote.port === 0) continue;
      const sent = await socket.send(data, remote).then(
        () => true,
        // A datagram may be lost; the service goes on.
        () => false,
      );
      if (sent) answered++;
    }
  } catch {
    // The stack was killed; the TCP side reports it.
  }
  return answered;
}
