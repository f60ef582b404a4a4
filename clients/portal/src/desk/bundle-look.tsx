/** Rows that wait for one step, as a bundle: read from the list in which they wait. */
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { office } from '../data/api.ts';
import type { Me } from '../keys/me.ts';
import { useWords } from '../words/use-words.ts';
import { Bundle } from './bundle-sign.tsx';
import type { Entitlement, Form } from './desk-data.ts';
import type { Schema } from './forms/fields.ts';
import { type Step, waitingItems } from './waiting-rows.ts';

interface BundleLookProps {
  readonly me: Me;
  readonly form: Form & { readonly schema: Schema };
  readonly step: Step;
  readonly right: Entitlement;
}

export function BundleLook({ me, form, step, right }: BundleLookProps) {
  const say = useWords();
  const { modules } = useSuspenseQuery(office).data;
  const module = modules.find(({ name }) => name === form.module)!;
  const items = useQuery(waitingItems(step, module, form.schema)).data;
  const view = module.lists[step.pick.list]!;
  return <Bundle {...{ me, form, right, items, module, view }} member={step.pick.items} empty={say('desk.nothing')} />;
}
