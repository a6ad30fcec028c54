import { FakeIpLayer } from "@mnet/conformance";
import { formatEndpoint, IpAddress, IpProtocol, SeededRandom } from "@mnet/core";
import { UdpLayer } from "@mnet/udp";

// Two hosts. Any IpLayer does; these two only keep what is sent until somebody delivers it.
const near = new FakeIpLayer({ addresses: ["10.0.0.1/24"] });
const far = new FakeIpLayer({ addresses: ["10.0.0.2/24"], peer: "10.0.0.1" });

const server = new UdpLayer({ networks: [far], random: new SeededRandom(2) }).bind(
  { port: 7 },
  { readable() {}, failed() {} },
);
const client = new UdpLayer({ networks: [near], random: new SeededRandom(1) }).bind(
  {},
  { readable() {}, failed: (code) => console.error(code) },
);
client.connect({ address: IpAddress.parse("10.0.0.2"), port: 7 });
client.send(new TextEncoder().encode("hello"), null, 0);

for (const { octets } of near.take()) far.deliver(IpProtocol.Udp, octets, {}, 1);

const datagram = server.receive();
export const received: string = `${new TextDecoder().decode(datagram?.data)} to ${formatEndpoint(server.local)}`;
