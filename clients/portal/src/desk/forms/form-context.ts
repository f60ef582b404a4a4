/** What every field of a form needs to know of it. */

import type { RefusedItem } from '@tabularium/sdk';
import { createContext, useContext } from 'react';
import type { Me } from '../../keys/me.ts';
import type { Form } from '../desk-data.ts';
import type { Fault } from './body.ts';

export interface FormContext {
  readonly me: Me;
  readonly form: Form;
  readonly faults: Readonly<Record<string, Fault>>;
  /** Items of a bundle that the dry run refused. */
  readonly refusedItems: readonly RefusedItem[];
  /** Once somebody tried to sign, every fault is shown; before, those of fields that were left. */
  readonly wasTried: boolean;
  readonly decimal: string;
}

export const FormFacts = createContext<FormContext | undefined>(undefined);

export function useFormFacts(): FormContext {
  const facts = useContext(FormFacts);
  if (facts === undefined) throw new Error('a field stands outside of a form');
  return facts;
}
