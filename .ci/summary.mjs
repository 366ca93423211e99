// node .ci/summary.mjs <report of vitest's JSON reporter>: names what did not pass, ends with one line of counts.
import { readFileSync } from 'node:fs';

let report = { testResults: [], numPassedTests: 0, numFailedTests: 0 };
try {
  report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
} catch (error) {
  console.log(`no report of the tests: ${error.message}`);
}
const tests = report.testResults.flatMap((file) => file.assertionResults);
for (const { status, fullName } of tests) if (status !== 'passed') console.log(`${status}: ${fullName}`);

// A file that could not be loaded has failed, though it has no tests.
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
);
for (const { name, message } of brokenFiles) console.log(`failed to load: ${name}: ${message}`);

const failed = report.numFailedTests + brokenFiles.length;
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exitCode = report.numPassedTests > 0 && failed === 0 ? 0 : 1;
