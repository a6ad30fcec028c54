import { fuzz, fuzzPlan, repairTransport, udpDatagram } from "@mnet/conformance";
import { IcmpErrorKind, IpAddress, IpProtocol, RxChecksum } from "@mnet/core";
import { describe, expect, it } from "vitest";
import { UdpHarness } from "./harness.ts";

const RECEIVE_BUFFER = 20_000;
const PORT = 9;
const CONNECTED = 5000;

/** Us, the peer and a group in each family. */
const PLACES = {
  4: ["10.0.0.1", "10.0.0.2", "239.1.2.3"],
  6: ["fd00::1", "fd00::2", "ff02::fb"],
} as const;

function samples(ours: IpAddress, peer: IpAddress): Uint8Array[] {
  const base = { source: peer, destination: ours, sourcePort: 4000, destinationPort: PORT };
  return [
    udpDatagram(base, new Uint8Array(100)),
    udpDatagram({ ...base, checksum: 0 }, new Uint8Array(3)),
    udpDatagram(base),
    udpDatagram({ ...base, destinationPort: CONNECTED }, new Uint8Array(1000)),
    udpDatagram({ ...base, destinationPort: 7777 }, new Uint8Array(8)),
    udpDatagram({ ...base, sourcePort: 0 }, new Uint8Array(1472)),
  ];
}

describe.each([4, 6] as const)("over IPv%i", (family) => {
  const [ours, peer, group] = PLACES[family].map((text) => IpAddress.parse(text)) as [
    IpAddress,
    IpAddress,
    IpAddress,
  ];

  it("200 000 datagrams, random and mutated: what waits is bounded, every reason to drop is met", () => {
    const stack = new UdpHarness({ family });
    const open = stack.bind({ port: PORT, receiveBuffer: RECEIVE_BUFFER });
    const connected = stack.bind({ port: CONNECTED, receiveBuffer: RECEIVE_BUFFER });
    connected.port.connect({ address: peer, port: 4000 });
    open.port.joinGroup(group, 0);
    const repair = repairTransport(peer, ours, IpProtocol.Udp);
    const where = [
      {},
      {},
      { destination: group, rxChecksum: RxChecksum.Verified },
      {},
      { segmentSize: 100 },
    ] as const;
    const plan = fuzzPlan(process.env);
    let mostPending = 0;
    fuzz({ plan, samples: samples(ours, peer), repair }, (input, index) => {
      stack.ip.deliver(
        IpProtocol.Udp,
        input,
        { source: peer, ...where[(index >>> 1) % where.length] },
        index,
      );
      if (index % 500 !== 0) return;
      mostPending = Math.max(mostPending, open.port.pending);
      let octets = 0;
      for (const { data } of [...open.receiveAll(), ...connected.receiveAll()]) octets += data.length;
      if (octets > 2 * RECEIVE_BUFFER) throw new Error(`${octets} octets waited`);
    });
    expect(Object.keys(stack.udp.counters.snapshot()).sort()).toEqual([
      "BadChecksum",
      "BadLength",
      "Handled",
      "NotForUs",
      "PortUnreachable",
      "QueueFull",
      "TooShort",
    ]);
    const counted = Object.values(stack.udp.counters.snapshot()).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(plan.inputs);
    expect(mostPending).toBeGreaterThan(10);
    open.receiveAll();
    connected.receiveAll();
    expect([open.port.pending, connected.port.pending, stack.ip.sent.length]).toEqual([0, 0, 0]);
  });

  it("200 000 quotes of errors, random and mutated: only the connected port hears of its own", () => {
    const stack = new UdpHarness({ family });
    const connected = stack.bind({ port: CONNECTED });
    connected.port.connect({ address: peer, port: 4000 });
    const quote = { source: ours, destination: peer, sourcePort: CONNECTED, destinationPort: 4000 };
    const kinds = Object.values(IcmpErrorKind);
    let live = 0;
    let wrong = 0;
    const source = { plan: fuzzPlan(process.env), samples: [udpDatagram(quote, new Uint8Array(20))] };
    fuzz({ ...source, maximumLength: 600 }, (quoted, index) => {
      const kind = kinds[(index >>> 1) % kinds.length]!;
      const known = stack.ip.deliverError({ kind, protocol: IpProtocol.Udp, quoted }, index);
      const ports = quoted.length < 8 ? 0 : new DataView(quoted.buffer, quoted.byteOffset).getUint32(0);
      if (known) live++;
      if (known !== (ports === CONNECTED * 0x10000 + 4000)) wrong++;
      if (index % 1000 === 0) connected.port.takeError();
    });
    expect(wrong).toBe(0);
    expect(live).toBeGreaterThan(1000);
  });
});
