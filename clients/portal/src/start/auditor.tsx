/** The auditor's door: who would notice if somebody cheated, and everything checked without asking the office. */
import type { Door } from './door.ts';

export const auditor: Door = {
  name: 'auditor',
  steps: [
    { ...{ id: 'cheat', title: 'auditor.cheat', see: 'auditor.cheat-see' }, to: () => '/try/cheat' },
    { ...{ id: 'sample', title: 'auditor.sample', see: 'auditor.sample-see' }, to: () => '/try/sample' },
    { ...{ id: 'audit', title: 'auditor.audit', see: 'auditor.audit-see' }, to: () => '/try/audit' },
    { ...{ id: 'stamps', title: 'auditor.stamps', see: 'auditor.stamps-see', isOptional: true }, to: () => '/blocks' },
  ],
  closing: 'auditor.closing',
};
