import { type DeviceSink, type Host, type NetworkDevice, Packet } from "@mnet/core";
import { simulatedLink, Timeline } from "@mnet/simulation";
import { expect, test } from "vitest";

const silent = { batchEnd() {}, writable() {}, linkChanged() {}, capabilitiesChanged() {}, failed() {} };

/** A frame of the protocol under test: 14 octets of Ethernet header with an EtherType for experiments, then the payload. */
function frame(...payload: number[]): Packet {
  const packet = Packet.allocate(14 + payload.length);
  packet.view.setUint16(12, 0x88b5);
  packet.bytes.set(payload, 14);
  return packet;
}

/** Stop and wait: a letter goes out with its number, again every 50 ms until that number comes back, then the next. */
function sendReliably(text: string, device: NetworkDevice, host: Host): Promise<void> {
  return new Promise((resolve) => {
    let number = 0;
    const transmit = (): void => {
      if (number === text.length) {
        host.stop();
        resolve();
        return;
      }
      device.send(frame(number, text.charCodeAt(number)));
      host.arm(host.now() + 50);
    };
    host.start(transmit);
    const receive: DeviceSink["receive"] = (packet) => {
      if (packet.bytes[packet.start + 14] !== number) return;
      number++;
      transmit();
    };
    device.start({ ...silent, receive });
    transmit();
  });
}

/** The other side: takes what it expects, confirms what it has. */
function receiveReliably(device: NetworkDevice): { text: string } {
  const received = { text: "" };
  const receive: DeviceSink["receive"] = (packet) => {
    const number = packet.bytes[packet.start + 14]!;
    if (number === received.text.length)
      received.text += String.fromCharCode(packet.bytes[packet.start + 15]!);
    if (number < received.text.length) device.send(frame(number));
  };
  device.start({ ...silent, receive });
  return received;
}

test.each([1, 2, 3])("the text arrives over a terrible link, seed %i", async (seed) => {
  const timeline = new Timeline({ seed });
  const [here, there] = simulatedLink(timeline, {
    latency: 10,
    jitter: 5,
    loss: 0.3,
    duplication: 0.1,
    reordering: 0.1,
  });
  const received = receiveReliably(there);

  let done = false;
  void sendReliably("the quick brown fox", here, timeline.host()).then(() => {
    done = true;
  });
  await timeline.runUntil(() => done, 60_000); // a minute that takes a few milliseconds

  expect(received.text).toBe("the quick brown fox");
  expect(here.statistics.lost).toBeGreaterThan(0);
});
