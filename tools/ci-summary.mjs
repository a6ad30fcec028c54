// Sums the test results of all packages. Arguments: the steps as name=ok=seconds or name=failed=seconds. The last
// line printed is `N passed, N failed, N skipped`; the exit code says whether anything failed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The result files of one step ("test" or "kernel"): one per package that ran. */
function resultFiles(step) {
  return ["packages", "apps", "tools"]
    .flatMap((group) =>
      existsSync(root + group) ? readdirSync(root + group).map((name) => `${group}/${name}`) : [],
    )
    .map((directory) => `${root}${directory}/.test-results/${step}.json`)
    .filter((file) => existsSync(file));
}

function count(step) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const file of resultFiles(step)) {
    const result = JSON.parse(readFileSync(file, "utf8"));
    sum.passed += result.numPassedTests;
    sum.failed += result.numFailedTests;
    sum.skipped += result.numPendingTests + result.numTodoTests;
    // A file that could not be loaded failed without any test of its own having failed.
    sum.failed += result.testResults.filter(
      ({ status, assertionResults }) =>
        status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
    ).length;
  }
  return sum;
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const argument of process.argv.slice(2)) {
  const [step, outcome, seconds] = argument.split("=");
  const sum = count(step);
  if (outcome !== "ok" && sum.failed === 0) sum.failed = 1;
  for (const key of Object.keys(total)) total[key] += sum[key];
  console.log(
    `${step}: ${outcome}, ${seconds} s${sum.passed + sum.failed + sum.skipped > 0 ? ` ${JSON.stringify(sum)}` : ""}`,
  );
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
