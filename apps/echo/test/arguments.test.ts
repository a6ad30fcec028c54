import { parseArguments } from "@mnet/boot";
import { expect, test } from "vitest";
import { flags, readCommand } from "../src/arguments.ts";

const read = (...argv: string[]) => readCommand(parseArguments(argv, flags));

test("server: port 9000 and no limit by default", () => {
  expect(read("server")).toEqual({ role: "server", port: 9000, limit: undefined });
  expect(read("server", "--port=7", "--limit", "2")).toEqual({ role: "server", port: 7, limit: 2 });
});

test("client: ADDRESS:PORT and a length", () => {
  const command = read("client", "10.0.0.1:9000", "65536");
  expect(command).toEqual({ role: "client", server: { host: "10.0.0.1", port: 9000 }, length: 65_536 });
  expect(read("client", "10.0.0.1:9000")).toMatchObject({ length: 4096 });
});

test("client: an IPv6 address is in brackets, and may have a zone", () => {
  expect(read("client", "[fd00::1]:7")).toMatchObject({ server: { host: "fd00::1", port: 7 } });
  const scoped = read("client", "[fe80::1%service]:7");
  expect(scoped).toMatchObject({ server: { host: "fe80::1%service", port: 7 } });
});

test.each([
  [[], /say server or client/],
  [["proxy"], /proxy: must be server or client/],
  [["server", "9000"], /9000/],
  [["server", "--port", "0"], /--port 0: must be a whole number from 1 to 65535/],
  [["server", "--port", "x"], /--port x/],
  [["server", "--limit", "0"], /--limit 0/],
  [["client"], /ADDRESS:PORT \[LENGTH\]/],
  [["client", "10.0.0.1"], /10\.0\.0\.1: must be ADDRESS:PORT/],
  [["client", "10.0.0.1:0"], /must be ADDRESS:PORT/],
  [["client", "[fd00::g]:9"], /must be ADDRESS:PORT/],
  [["client", "fd00::1:9000"], /must be ADDRESS:PORT, such as .* \[fd00::1\]:9000/],
  [["client", "10.0.0.1:70000"], /must be ADDRESS:PORT/],
  [["client", "10.0.0.1:9", "-1"], /-1/],
])("%j is refused", (argv, message) => {
  expect(() => read(...argv)).toThrow(message);
});
