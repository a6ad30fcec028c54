import { boot } from "@mnet/boot";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

function silenced(method: "error" | "log"): () => string {
  const lines: string[] = [];
  vi.spyOn(console, method).mockImplementation((line: string) => void lines.push(line));
  return () => lines.join("\n");
}

test("a wrong command line is one line on standard error and exit code 2; main does not run", async () => {
  const error = silenced("error");
  const main = vi.fn();
  await boot({ name: "service", arguments: ["--ipv4", "nonsense/24"] }, main);
  expect(error()).toMatch(/^service: --ipv4 nonsense\/24: .* \(service --help shows all options\)$/);
  expect(process.exitCode).toBe(2);
  expect(main).not.toHaveBeenCalled();
});

test("a gateway that is not on the link is refused before anything is opened", async () => {
  const error = silenced("error");
  await boot({ name: "service", arguments: ["--ipv4=10.0.0.2/24", "--ipv4-gateway=10.1.0.1"] }, () => {});
  expect(error()).toMatch(/--ipv4-gateway 10\.1\.0\.1: must be on the link of --ipv4 10\.0\.0\.2\/24/);
  expect(process.exitCode).toBe(2);
});

test("--help prints the usage and runs nothing", async () => {
  const log = silenced("log");
  const main = vi.fn();
  await boot({ name: "service", arguments: ["--help"], usage: "[OPTIONS]" }, main);
  expect(log()).toMatch(/^usage: service \[OPTIONS\]/);
  expect(process.exitCode).toBeUndefined();
  expect(main).not.toHaveBeenCalled();
});

test("a device that cannot be opened is one line and exit code 2", async () => {
  const error = silenced("error");
  const main = vi.fn();
  await boot({ name: "service", arguments: ["--net", "a-name-longer-than-fifteen"] }, main);
  expect(error()).toMatch(/^service: .*a-name-longer-than-fifteen/);
  expect(process.exitCode).toBe(2);
  expect(main).not.toHaveBeenCalled();
});
