import { FakeIpLayer } from "@mnet/conformance";
import { IpAddress, IpProtocol, SeededRandom } from "@mnet/core";
import { IcmpV4Layer } from "@mnet/icmp";

// Two hosts. Any IpLayer does; these two only keep what is sent until somebody delivers it.
const near = new FakeIpLayer({ addresses: ["10.0.0.1/24"] });
const far = new FakeIpLayer({ addresses: ["10.0.0.2/24"] });
const icmp = new IcmpV4Layer({ ip: near, random: new SeededRandom(1) });
new IcmpV4Layer({ ip: far, random: new SeededRandom(2) });

export const said: string[] = [];
icmp.echo(
  { to: IpAddress.parse("10.0.0.2"), size: 1000, timeout: 5000 },
  {
    replied: ({ from, octets, roundTrip }) => said.push(`${octets} octets from ${from} in ${roundTrip} ms`),
    failed: (code) => said.push(code),
  },
  0,
);

// The request goes there, and the reply, which left at once, comes back.
for (const { octets, source } of near.take()) far.deliver(IpProtocol.Icmp, octets, { source }, 3);
for (const { octets, source } of far.take()) near.deliver(IpProtocol.Icmp, octets, { source }, 7);
