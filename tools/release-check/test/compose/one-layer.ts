import { ArpResolver } from "@mnet/arp";
import { CryptoRandom, IpPrefix, MacAddress, Packet } from "@mnet/core";
import { devicePair } from "@mnet/devices";
import { EthernetLayer } from "@mnet/ethernet";

const silent = { batchEnd() {}, writable() {}, linkChanged() {}, capabilitiesChanged() {}, failed() {} };

// One end of an in-memory cable has a station that speaks ARP and nothing else.
const [cable, station] = devicePair();
const link = new EthernetLayer({ device: station });
const arp = new ArpResolver({ link, random: new CryptoRandom() });
station.start({ ...silent, receive: (frame) => link.receive(frame, performance.now()) });
arp.addAddress(IpPrefix.parse("10.0.0.2/24"), performance.now());

// The other end is bare: it sends a request that is written by hand and looks at the answer.
export const answer: Promise<string> = new Promise((resolve) => {
  cable.start({
    ...silent,
    receive(frame) {
      // RFC 826: the operation at 20 (2 = reply), the sender's MAC at 22, behind the 14 octets of Ethernet.
      if (frame.view.getUint16(frame.start + 20) !== 2) return;
      resolve(`10.0.0.2 is at ${MacAddress.read(frame.bytes, frame.start + 22)}`);
    },
  });
});
const request = new Uint8Array(60);
request.fill(0xff, 0, 6);
cable.mac.write(request, 6);
request.set([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1], 12);
cable.mac.write(request, 22);
request.set([10, 0, 0, 1], 28);
request.set([10, 0, 0, 2], 38);
cable.send(new Packet(request));
