import { capture, devicePair } from "@mnet/devices";
import { PcapngWriter, readPcapng } from "@mnet/pcap";
import { createStack } from "@mnet/stack";

const [near, far] = devicePair();

// Any device can be wrapped: every frame that passes is written for Wireshark, dropped ones with the reason as a comment.
const file: number[] = [];
const writer = new PcapngWriter({ write: (block) => file.push(...block) });
const recorded = capture(near, { writer, clock: performance, origin: performance.timeOrigin });

const client = await createStack({ device: recorded, name: "client", ipv4: "10.0.0.1/24" });
const server = await createStack({ device: far, name: "server", ipv4: "10.0.0.2/24" });
const { received } = await client.ping("10.0.0.2");
await Promise.all([client.kill(), server.kill()]);

const { packets } = readPcapng(Uint8Array.from(file));
// Of each frame: the protocol of IP at octet 23 behind EtherType 0x0800; 1 is ICMP.
const pings = packets.filter(({ bytes }) => bytes[12] === 8 && bytes[13] === 0 && bytes[23] === 1);
export const seen: string = `${received} reply, ${pings.length} ICMP frames in the capture`;
