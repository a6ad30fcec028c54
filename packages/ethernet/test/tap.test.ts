import { MacAddress, toHex } from "@mnet/core";
import { expect, it } from "vitest";
import { EthernetLayer, type FrameObserver } from "../src/index.ts";
import { deliver, frameTo, OWN, PEER, packetOf, RecordingDevice } from "./support.ts";

const payload = Uint8Array.of(7);

it("observers see every frame both ways, from its Ethernet header on, in the order they came", () => {
  const layer = new EthernetLayer({ device: new RecordingDevice() });
  const seen: string[] = [];
  const observer =
    (name: string): FrameObserver =>
    (packet, direction) => {
      seen.push(`${name} ${direction} ${toHex(packet.toBytes())}`);
    };
  layer.tap(observer("first"));
  layer.tap(observer("second"));
  deliver(layer, frameTo("02:00:00:00:00:09", 0x0800, payload));
  layer.send(packetOf(payload), MacAddress.parse(PEER), 0x0806);
  expect(seen).toEqual([
    "first in 020000000009020000000002080007",
    "second in 020000000009020000000002080007",
    "first out 020000000002020000000001080607",
    "second out 020000000002020000000001080607",
  ]);
});

it("an observer may leave at any time, even while being called", () => {
  const layer = new EthernetLayer({ device: new RecordingDevice() });
  const seen: string[] = [];
  const leave = layer.tap(() => {
    seen.push("first");
    leave();
  });
  layer.tap(() => seen.push("second"));
  deliver(layer, frameTo(OWN));
  deliver(layer, frameTo(OWN));
  expect(seen).toEqual(["first", "second", "second"]);
});

it("the same observer twice is two observers", () => {
  const layer = new EthernetLayer({ device: new RecordingDevice() });
  let calls = 0;
  const observer: FrameObserver = () => {
    calls += 1;
  };
  const leave = layer.tap(observer);
  layer.tap(observer);
  deliver(layer, frameTo(OWN));
  leave();
  leave();
  deliver(layer, frameTo(OWN));
  expect(calls).toBe(3);
});
