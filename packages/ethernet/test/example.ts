import { MacAddress, Packet, Verdict } from "@mnet/core";
import { devicePair } from "@mnet/devices";
import { EthernetLayer } from "@mnet/ethernet";

// A protocol of its own between two stations on an in-memory cable: EtherType 0x88b5 is for local experiments.
const [left, right] = devicePair();
const sender = new EthernetLayer({ device: left });
const receiver = new EthernetLayer({ device: right });

export const received: Promise<string> = new Promise((resolve) => {
  receiver.handle(0x88b5, {
    input(packet, frame) {
      // The packet is only lent: take what you need before returning.
      const text = new TextDecoder().decode(packet.toBytes());
      resolve(`${text} from ${new MacAddress(frame.sourceHigh, frame.sourceLow)}`);
      return Verdict.Handled;
    },
  });
});

right.start({
  receive: (packet) => receiver.receive(packet, performance.now()),
  batchEnd() {},
  writable() {},
  linkChanged() {},
  capabilitiesChanged: () => receiver.capabilitiesChanged(),
  failed() {},
});

// The header goes in front, so leave room for it.
const { headroom } = sender.capabilities;
const packet = new Packet(
  new Uint8Array([...new Array(headroom).fill(0), ...new TextEncoder().encode("hello")]),
);
packet.reset(headroom, packet.bytes.length);
sender.send(packet, receiver.mac, 0x88b5);
