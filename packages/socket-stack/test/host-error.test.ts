import { expect, it } from "vitest";
import { hostErrorCode, netCode } from "../src/host-error.ts";

it.each([
  ["ECONNREFUSED", "ECONNREFUSED"],
  ["EADDRINUSE", "EADDRINUSE"],
  ["EACCES", "EPERM"],
  ["EPIPE", "ECONNRESET"],
  ["ENETDOWN", "ENETUNREACH"],
  ["ENODEV", "ENETUNREACH"],
  ["EMFILE", "ENOBUFS"],
  ["ESOMETHING", "EINVAL"],
])("the host's %s is %s", (host, code) => {
  expect(netCode(host)).toBe(code);
  expect(hostErrorCode(Object.assign(new Error("of the host"), { code: host }))).toBe(code);
});

it("an error without a code is EINVAL", () => {
  expect(hostErrorCode(new Error("what?"))).toBe("EINVAL");
});
