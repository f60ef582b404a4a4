/** All doors of the demo. */
import { auditor } from './auditor.tsx';
import { citizen } from './citizen.tsx';
import type { Door, DoorName } from './door.ts';
import { integrator } from './integrator.tsx';
import { mayor } from './mayor.tsx';

export const DOORS: Readonly<Record<DoorName, Door>> = { citizen, mayor, auditor, integrator };
