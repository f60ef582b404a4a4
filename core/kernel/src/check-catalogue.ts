/**
 * What modules declare is held together at start, before any block: a contradiction found then is a message to a developer; found in a
 * block it would stop every node of a ledger at once.
 */
import { isActionName } from '@tabularium/protocol';
import { type ModuleDefinition, STAMPED } from './module.ts';
import type { Bindings } from './run.ts';

const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** Throws where a module contradicts itself, or needs what nothing offers. */
export function checkCatalogue(catalogue: readonly ModuleDefinition[], bindings: Bindings): void {
  const seen = new Set<string>();
  for (const module of catalogue) {
    const version = `${module.name} ${module.version}`;
    const faults = [...moduleFaults(module), ...needFaults(module, catalogue, bindings)];
    if (seen.has(version)) faults.push('stands in the catalogue twice');
    if (faults.length > 0) throw new Error(`module ${version}: ${faults.join('; ')}`);
    seen.add(version);
  }
}

function moduleFaults({ name, version, actions, events, collections, decide, evolve, offers = {} }: ModuleDefinition): string[] {
  const faults: string[] = [];
  if (!NAME.test(name) || !Number.isSafeInteger(version) || version < 1) faults.push('has no proper name and version');
  faults.push(...unlike('action', actions, 'decision', decide), ...unlike('event', events, 'fold', evolve));
  for (const action of Object.keys(actions)) if (!isActionName(`${name}.${action}`)) faults.push(`${action} is not the name of an action`);
  for (const [collection, { schema }] of Object.entries(collections)) {
    if (!NAME.test(collection)) faults.push(`${collection} is not the name of a collection`);
    const { properties = {} } = schema as { readonly properties?: object };
    for (const member of STAMPED)
      if (Object.hasOwn(properties, member)) faults.push(`${collection} declares ${member}, which is the kernel's`);
  }
  for (const [offer, { orders = {} }] of Object.entries(offers)) {
    for (const action of Object.values(orders)) if (!Object.hasOwn(actions, action)) faults.push(`${offer} offers the unknown ${action}`);
  }
  return faults;
}

/** Names on one side and not on the other. */
function unlike(oneKind: string, one: object, otherKind: string, other: object): string[] {
  return [
    ...Object.keys(one)
      .filter((key) => !Object.hasOwn(other, key))
      .map((key) => `the ${oneKind} ${key} has no ${otherKind}`),
    ...Object.keys(other)
      .filter((key) => !Object.hasOwn(one, key))
      .map((key) => `the ${otherKind} ${key} has no ${oneKind}`),
  ];
}

/** Every version of whoever is bound must offer what is asked of it. */
function needFaults({ name, needs = {} }: ModuleDefinition, catalogue: readonly ModuleDefinition[], bindings: Bindings): string[] {
  return Object.entries(needs).flatMap(([port, { questions = [], orders = [] }]) => {
    const [provider, offered = ''] = (bindings[`${name}.${port}`] ?? '').split('.');
    const versions = catalogue.filter((module) => module.name === provider);
    if (versions.length === 0) return [`nothing is bound to its port ${port}`];
    return versions.flatMap(({ version, offers = {} }) => {
      const offer = Object.hasOwn(offers, offered) ? offers[offered]! : {};
      return [
        ...questions.filter((question) => !Object.hasOwn(offer.questions ?? {}, question)),
        ...orders.filter((order) => !Object.hasOwn(offer.orders ?? {}, order)),
      ].map((missing) => `${provider} ${version} does not offer ${missing} through ${port}`);
    });
  });
}
