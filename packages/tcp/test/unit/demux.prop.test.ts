import { AddressWords, IpAddress, SeededRandom } from "@mnet/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Flow, FlowKind, FlowTable } from "../../src/demux.ts";

const address = fc.constantFrom("10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2").map(IpAddress.parse);
const port = fc.integer({ min: 1, max: 3 });
const tuple = fc.tuple(address, port, address, port);

function flow(local: IpAddress, localPort: number, remote: IpAddress, remotePort: number): Flow {
  const kind = FlowKind.Connection;
  return { kind, local, remote, localPort, remotePort, flowHash: 0, flowNext: null };
}

it("finds what was added and not removed, by borrowed words as well", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(tuple, fc.boolean()), { maxLength: 200 }), (actions) => {
      const table = new FlowTable<Flow>(new SeededRandom(1));
      const model = new Map<string, Flow>();
      const [local, remote] = [new AddressWords(), new AddressWords()];
      for (const [key, adds] of actions) {
        const name = key.join();
        local.copy(key[0]);
        remote.copy(key[2]);
        const found = table.find(local, key[1], remote, key[3]);
        expect(found).toBe(model.get(name) ?? null);
        if (found === null && adds) {
          const added = flow(...key);
          table.add(added);
          model.set(name, added);
        } else if (found !== null && !adds) {
          table.remove(found);
          table.remove(found);
          model.delete(name);
        }
        expect(table.size).toBe(model.size);
      }
      expect(new Set(table.toArray())).toEqual(new Set(model.values()));
    }),
  );
});

it("grows with its contents and spreads one peer's ports", () => {
  const table = new FlowTable<Flow>(new SeededRandom(2));
  const [here, there] = [IpAddress.parse("10.0.0.1"), IpAddress.parse("10.0.0.2")];
  for (let remotePort = 1; remotePort <= 5000; remotePort++) table.add(flow(here, 80, there, remotePort));
  expect(table.size).toBe(5000);
  let longest = 0;
  for (let remotePort = 1; remotePort <= 5000; remotePort++) {
    let chain = 0;
    for (let at = table.find(here, 80, there, remotePort)!; at !== null; at = at.flowNext as Flow) chain++;
    longest = Math.max(longest, chain);
  }
  expect(longest).toBeLessThan(12);
});
