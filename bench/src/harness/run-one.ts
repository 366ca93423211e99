// Runs one benchmark in a process of its own and hands the result to the runner.
import type { BenchResult } from '../result.ts';

const name = process.argv[2] ?? '';
const { default: run } = (await import(`../${name}.ts`)) as { default: () => Promise<BenchResult> };
process.send?.(await run());
process.disconnect?.();
