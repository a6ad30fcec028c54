import type { MakeSubject } from "../subject.ts";
import { connections } from "./connections.ts";
import { crowd } from "./crowd.ts";
import { datagrams } from "./datagrams.ts";
import { growth } from "./growth.ts";
import { memoryBulk } from "./memory-bulk.ts";
import { pingPong } from "./ping-pong.ts";
import { tap } from "./tap.ts";
import { veth } from "./veth.ts";

/** All that can be measured, in the order of a round: what is compared stands next to each other. */
export const subjects: Readonly<Record<string, MakeSubject>> = {
  "veth with offloads": () => veth(2, true),
  "veth without offloads": () => veth(3, false),
  tap,
  "memory bulk": memoryBulk,
  "ping-pong": pingPong,
  connections,
  datagrams,
  crowd,
  growth,
};
