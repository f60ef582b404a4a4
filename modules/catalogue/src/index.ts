/** The modules of this house, kernel first. A new area of law is one folder and one line here. */
import { type Bindings, kernelModule, type ModuleDefinition } from '@tabularium/kernel';
import { privacy } from '@tabularium/privacy';
import { records } from '@tabularium/records';
import { treasury } from '@tabularium/treasury';

export const catalogue: readonly ModuleDefinition[] = [kernelModule, treasury, privacy, records];

/** Who answers what a module needs: `module.port` → `provider.offer`. */
export const bindings: Bindings = { 'records.cases': 'privacy.cases' };
