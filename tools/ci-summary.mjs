// Tells what failed, then sums the test results of all packages. Arguments: the steps as name=ok=seconds or
// name=failed=seconds. The last line printed is `N passed, N failed, N skipped`; the exit code says whether
// anything failed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const LINES_OF_A_FAILED_TEST = 25;
const LINES_OF_A_FAILED_STEP = 60;

/** What vitest wrote about one step ("test" or "kernel"): one report per package that ran. */
function reports(step) {
  return ["packages", "apps", "tools"]
    .flatMap((group) =>
      existsSync(root + group) ? readdirSync(root + group).map((name) => `${group}/${name}`) : [],
    )
    .map((directory) => `${root}${directory}/.test-results/${step}.json`)
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, "utf8")));
}

/** A file that could not be loaded failed without any test of its own having failed. */
function failedWithoutATest({ status, assertionResults }) {
  return status === "failed" && !assertionResults.some((test) => test.status === "failed");
}

function count(step) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports(step)) {
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests + report.testResults.filter(failedWithoutATest).length;
    sum.skipped += report.numPendingTests + report.numTodoTests;
  }
  return sum;
}

function firstLines(text, lines) {
  return text.split("\n").slice(0, lines).join("\n");
}

/** Every failed test of a step with its message, as far as vitest wrote reports. */
function failures(step) {
  return reports(step).flatMap(({ testResults }) =>
    testResults.flatMap((file) => [
      ...(failedWithoutATest(file)
        ? [`${file.name}\n${firstLines(file.message, LINES_OF_A_FAILED_TEST)}`]
        : []),
      ...file.assertionResults
        .filter(({ status }) => status === "failed")
        .map(
          ({ fullName, failureMessages }) =>
            `${file.name}: ${fullName}\n${firstLines(failureMessages.join("\n"), LINES_OF_A_FAILED_TEST)}`,
        ),
    ]),
  );
}

function lastLinesOf(step) {
  const log = `${root}.test-results/${step}.log`;
  return existsSync(log)
    ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-LINES_OF_A_FAILED_STEP)
    : [];
}

function tellFailure(step) {
  const tests = failures(step);
  const told = tests.length > 0 ? tests.join("\n\n") : lastLinesOf(step).join("\n");
  console.log(`== failed: ${step}\n${stripVTControlCharacters(told).replaceAll(root, "")}\n`);
}

const steps = process.argv.slice(2).map((argument) => argument.split("="));
for (const [step, outcome] of steps) if (outcome !== "ok") tellFailure(step);

const total = { passed: 0, failed: 0, skipped: 0 };
for (const [step, outcome, seconds] of steps) {
  const sum = count(step);
  if (outcome !== "ok" && sum.failed === 0) sum.failed = 1;
  for (const key of Object.keys(total)) total[key] += sum[key];
  const tests = sum.passed + sum.failed + sum.skipped > 0 ? ` ${JSON.stringify(sum)}` : "";
  console.log(`${step}: ${outcome}, ${seconds} s${tests}`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
