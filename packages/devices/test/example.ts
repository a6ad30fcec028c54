import { type DeviceSink, fromHex, Packet } from "@mnet/core";
import { capture, devicePair } from "@mnet/devices";
import { PcapngWriter } from "@mnet/pcap";

// One end of an in-memory cable, with everything that passes recorded for Wireshark.
const [left, right] = devicePair({ mtu: 1500 });
export const pcapng: number[] = [];
const writer = new PcapngWriter({ write: (block) => pcapng.push(...block) });
const recorded = capture(left, { writer, clock: performance });

// The other end answers each frame with the same octets, addresses swapped.
const echo: DeviceSink = {
  receive(frame) {
    // A frame is borrowed for the call, so the answer is a packet of its own. It leaves now and arrives in a later turn.
    const answer = new Packet(frame.toBytes());
    answer.bytes.copyWithin(0, 6, 12);
    right.mac.write(answer.bytes, 6);
    right.send(answer);
  },
  batchEnd() {},
  writable() {},
  linkChanged() {},
  capabilitiesChanged() {},
  failed() {},
};
right.start(echo);

export const answer: Promise<Uint8Array> = new Promise((resolve) => {
  recorded.start({ ...echo, receive: (frame) => resolve(frame.toBytes()) });
  // To 02:00:00:00:00:02 from 02:00:00:00:00:01, an EtherType for experiments (IEEE 802), "hi".
  recorded.send(new Packet(fromHex("02000000 0002 02000000 0001 88b5 6869")));
});
