import { ArpResolver } from "@mnet/arp";
import {
  CryptoRandom,
  EtherType,
  IpAddress,
  IpPrefix,
  type NetworkDevice,
  Packet,
  Verdict,
} from "@mnet/core";
import { devicePair } from "@mnet/devices";
import { EthernetLayer } from "@mnet/ethernet";

/** A station that answers ARP for one address, and nothing else. */
function station(device: NetworkDevice, prefix: string): { link: EthernetLayer; arp: ArpResolver } {
  const link = new EthernetLayer({ device });
  const arp = new ArpResolver({ link, random: new CryptoRandom() });
  device.start({
    receive: (packet) => link.receive(packet, performance.now()),
    batchEnd() {},
    writable() {},
    linkChanged() {},
    capabilitiesChanged: () => link.capabilitiesChanged(),
    failed() {},
  });
  arp.addAddress(IpPrefix.parse(prefix), performance.now());
  // Announcements, retries and expiry need a clock: call arp.onDeadline(now) when arp.nextDeadline() has come.
  return { link, arp };
}

const [left, right] = devicePair();
const asker = station(left, "10.0.0.1/24");
const answerer = station(right, "10.0.0.2/24");

export const arrived: Promise<string> = new Promise((resolve) => {
  answerer.link.handle(EtherType.Ipv4, {
    input(packet) {
      const [neighbor] = asker.arp.table();
      resolve(`${packet.length} octets to ${neighbor!.address} at ${neighbor!.mac}`);
      return Verdict.Handled;
    },
  });
});

// Nobody knows 10.0.0.2 yet: a copy of the packet waits while ARP asks, and leaves with the answer.
const packet = Packet.allocate(asker.link.capabilities.headroom + 20);
packet.reset(asker.link.capabilities.headroom, packet.bytes.length);
asker.arp.sendVia(IpAddress.parse("10.0.0.2"), packet, performance.now());
