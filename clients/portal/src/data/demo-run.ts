/** Which run of a demo answers: each beginning anew is another; a demo that is only started again stays the same. */
import { getJson } from './api.ts';

export async function demoRun(): Promise<string> {
  return (await getJson<{ readonly run: string }>('/api/demo/run')).run;
}
