import { AddressWords, IpAddress, SeededRandom } from "@mnet/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlowHash } from "../../src/flow-hash.ts";
import { HalfOpenTable } from "../../src/half-open-table.ts";

const LIMIT = 20;
const RETRIES = 2;
const local = IpAddress.parse("10.0.0.1");
const peers = ["10.0.0.2", "10.0.0.3", "fd00::2"].map((text) => IpAddress.parse(text));
const hash = new FlowHash(new SeededRandom(1));

/** A SYN without options. */
const nothing = {
  local,
  remotePort: 1,
  initialSend: 0,
  initialReceive: 0,
  peerSegment: 0,
  peerScale: -1,
  sackPermitted: false,
  timestamps: false,
  ecn: false,
  timestampRecent: 0,
};

interface Model {
  readonly at: number;
  readonly order: number;
  readonly initialSend: number;
  retries: number;
  deadline: number;
}

const action = fc.record({
  kind: fc.constantFrom("add", "add", "add", "remove", "retry"),
  peer: fc.integer({ min: 0, max: peers.length - 1 }),
  port: fc.integer({ min: 1, max: 12 }),
});

describe("the half-open table", () => {
  it("holds what was added, knows the oldest and what is due first, within its limit", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 150 }), (actions) => {
        const table = new HalfOpenTable(LIMIT, RETRIES, hash);
        const model = new Map<string, Model>();
        let now = 0;
        for (const { kind, peer, port } of actions) {
          now += 10;
          const remote = peers[peer]!;
          const key = `${remote}:${port}`;
          const known = model.get(key);
          expect(table.find(local, remote, port)).toBe(known?.at ?? -1);
          if (kind === "add" && known === undefined) {
            if (table.isFull) {
              const oldest = [...model].sort(([, a], [, b]) => a.order - b.order)[0]!;
              expect(table.oldest()).toBe(oldest[1].at);
              table.remove(table.oldest());
              model.delete(oldest[0]);
            }
            const initialSend = now * 77_777_777;
            const fields = {
              local,
              remote,
              remotePort: port,
              initialSend: initialSend | 0,
              initialReceive: -now,
              peerSegment: 65_535,
              peerScale: port - 2,
              sackPermitted: port % 2 === 0,
              timestamps: port % 3 === 0,
              ecn: now % 2 === 0,
              timestampRecent: -now,
            };
            const at = table.add(fields, now + 1000);
            model.set(key, {
              at,
              order: now,
              initialSend: initialSend | 0,
              retries: 0,
              deadline: now + 1000,
            });
            expect(table.peerSegment(at)).toBe(65_535);
            expect(table.peerScale(at)).toBe(port - 2);
            expect(table.sackPermitted(at)).toBe(port % 2 === 0);
            expect(table.timestamps(at)).toBe(port % 3 === 0);
            expect(table.field(at, "TimestampRecent")).toBe(-now);
          } else if (kind === "remove" && known !== undefined) {
            table.remove(known.at);
            model.delete(key);
          } else if (kind === "retry") {
            // As the timer does: what is due first, and only so often.
            const first = table.first();
            const [name, due] = [...model].find(([, { at }]) => at === first) ?? ["", undefined];
            if (due === undefined) continue;
            now = Math.max(now, due.deadline);
            if (due.retries === RETRIES) {
              table.remove(first);
              model.delete(name);
            } else {
              due.retries++;
              due.deadline = now + 1000 * 2 ** due.retries;
              table.retried(first, due.deadline);
            }
          }
          expect(table.size).toBe(model.size);
          expect(table.size).toBeLessThanOrEqual(LIMIT);
          const first = table.first();
          const earliest = Math.min(...[...model.values()].map(({ deadline }) => deadline));
          expect(first < 0 ? Number.POSITIVE_INFINITY : table.deadline(first)).toBe(earliest);
          for (const { at, initialSend } of model.values()) {
            expect(table.field(at, "InitialSend")).toBe(initialSend);
          }
        }
      }),
    );
  });

  it("copies addresses of both families", () => {
    const table = new HalfOpenTable(LIMIT, RETRIES, hash);
    for (const remote of peers) {
      const fields = { ...nothing, remote };
      const at = table.add(fields, 0);
      expect(IpAddress.fromWords(table.address(at, "Remote", new AddressWords())).equals(remote)).toBe(true);
      expect(IpAddress.fromWords(table.address(at, "Local", new AddressWords())).equals(local)).toBe(true);
      expect([table.peerSegment(at), table.peerScale(at)]).toEqual([0, -1]);
    }
  });

  it("lets a record be challenged once a second, each for itself", () => {
    const table = new HalfOpenTable(LIMIT, RETRIES, hash);
    const [one, other] = [peers[0]!, peers[1]!].map((remote) => table.add({ ...nothing, remote }, 0)) as [
      number,
      number,
    ];
    expect(table.mayChallenge(one, 5000)).toBe(true);
    expect(table.mayChallenge(one, 5999)).toBe(false);
    expect(table.mayChallenge(other, 5999)).toBe(true);
    expect(table.mayChallenge(one, 6000)).toBe(true);
  });
});
