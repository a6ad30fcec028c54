import { FakeIpLayer, parseTcp, tcpSegment } from "@mnet/conformance";
import { IpAddress, IpProtocol, SeededRandom } from "@mnet/core";
import { TcpLayer } from "@mnet/tcp";
import { describe, expect, it } from "vitest";
import { TcpHarness } from "../support/harness.ts";

const local = IpAddress.parse("fd00::1");
const remote = IpAddress.parse("fd00::2");

/** RFC 6437: the flow label of IPv6 datagrams. */
describe("flow labels", () => {
  it("the SYN-ACK has the connection's, and so has its reset", () => {
    const network = new FakeIpLayer({ family: 6, addresses: [`${local}/64`], peer: remote.toString() });
    const tcp = new TcpLayer({ networks: [network], random: new SeededRandom(1) });
    const nobody = () => {};
    const listener = tcp.listen({ port: 80 }, { acceptable: nobody, closed: nobody });
    const arrives = (flags: string, sequence: number, acknowledgment: number): void => {
      const ports = { sourcePort: 5000, destinationPort: 80 };
      const segment = tcpSegment({
        source: remote,
        destination: local,
        ...ports,
        flags,
        sequence,
        acknowledgment,
      });
      network.deliver(IpProtocol.Tcp, segment, { source: remote, destination: local }, 0);
      tcp.flush(0);
    };
    arrives("S", 100, 0);
    const { sequence } = parseTcp(network.sent[0]!.octets, network.sent[0]!);
    arrives("A", 101, sequence + 1);
    const events = {
      established: nobody,
      readable: nobody,
      writable: nobody,
      finished: nobody,
      closed: nobody,
    };
    listener.accept(events)!.abort(0);
    expect(network.sent.map(({ flowLabel }) => flowLabel)).toEqual([
      network.sent[0]!.flowLabel,
      network.sent[0]!.flowLabel,
    ]);
    expect(network.sent[0]!.flowLabel).toBeGreaterThan(0);
  });

  it("there are none over IPv4", () => {
    const host = new TcpHarness();
    host.connect();
    expect(host.outbox[0]!.datagram.flowLabel).toBe(0);
  });
});
