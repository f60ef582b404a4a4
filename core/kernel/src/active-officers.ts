/** Everybody in office: for the few decisions that ask who would be left. */
import type { View } from './module.ts';
import { MAX_SCAN } from './module-view.ts';
import type { OfficerRecord } from './records.ts';

export type ActiveOfficer = OfficerRecord & { readonly id: string };

/** People, not services, who have not left, by id. */
export function activeOfficers(view: View): readonly ActiveOfficer[] {
  const found: ActiveOfficer[] = [];
  for (let after: string | undefined; ; ) {
    const page = view.scan('officer', { limit: MAX_SCAN, ...(after === undefined ? {} : { after }) });
    for (const { id, value } of page) {
      const officer = value as unknown as OfficerRecord;
      if (officer.kind === 'officer' && officer.status === 'active') found.push({ ...officer, id });
    }
    after = page.at(-1)?.id;
    if (page.length < MAX_SCAN) return found;
  }
}
