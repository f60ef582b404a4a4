/** The modules of this house, kernel first. A new area of law is one folder and one line here. */
import { kernelModule, type ModuleDefinition } from '@tabularium/kernel';
import { treasury } from '@tabularium/treasury';

export const catalogue: readonly ModuleDefinition[] = [kernelModule, treasury];
