/**
 * `npm run crash:network -- [--kills N] [--seed S] [--only NAME[,NAME]] [--short]`: four agencies' nodes in every trouble that there is, with
 * clients that write and keep book. A line of JSON for each scenario; ends with exit code 1 and the seed at the first fault.
 */
import { parseArgs } from 'node:util';
import { runFaults, SCENARIOS } from './fault-run.ts';

const USAGE = `usage: crash:network [--kills N] [--seed S] [--only NAME,…] [--short]; the names are ${SCENARIOS.map(({ name }) => name).join(', ')}`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string' },
      short: { type: 'boolean', default: false },
    },
  });
  const [kills, seed] = [Number(values.kills), Number(values.seed)];
  const names = values.only?.split(',') ?? SCENARIOS.map(({ name }) => name);
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed) || unknown.length > 0) {
    console.error(USAGE);
    return 2;
  }
  console.log(JSON.stringify({ seed, kills, scenarios: names }));
  const scenarios = SCENARIOS.filter(({ name }) => names.includes(name));
  try {
    await runFaults({ seed, kills, isLong: !values.short, scenarios, report: (told) => console.log(JSON.stringify(told)) });
    return 0;
  } catch (error) {
    const { message, cause } = error as Error;
    console.error(
      `${cause ?? ''}\n${message}\nrepeat: npm run crash:network -- --seed ${seed} --kills ${kills}${values.only === undefined ? '' : ` --only ${values.only}`}`,
    );
    return 1;
  }
}

process.exitCode = await main();
