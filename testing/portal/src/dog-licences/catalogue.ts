/** The house's modules and one more: the line that a new area of law takes in `modules/catalogue`. */
import { catalogue as house } from '@tabularium/catalogue';
import { dogs } from './module.ts';

export { bindings } from '@tabularium/catalogue';

export const catalogue = [...house, dogs];
