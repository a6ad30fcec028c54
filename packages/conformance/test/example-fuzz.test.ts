import { fuzz, parseTcpOptions, tcpOptions } from "@mnet/conformance";
import { expect, it } from "vitest";

it("my parser of TCP options survives whatever comes", () => {
  const samples = [
    tcpOptions({ maximumSegmentSize: 1460, windowScale: 7, sackPermitted: true }),
    tcpOptions({ timestamps: { value: 1, echo: 2 }, sack: [[1, 2]] }),
  ];
  const plan = { seed: 1, inputs: 20_000 };
  let malformed = 0;
  fuzz({ plan, samples, maximumLength: 40 }, (input) => {
    // Whatever this throws is reported with the seed, the number and the octets of the input.
    if (parseTcpOptions(input).malformed) malformed++;
  });
  expect(malformed).toBeGreaterThan(1000);
});
