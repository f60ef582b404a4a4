/**
 * Module versions that a charter names and a node lacks. The machine must not refuse an amendment for that: its verdict would hang on the
 * build that decides, and an audit by another one would decide otherwise. So it is for nodes and clients to say it beforehand.
 */
import type { Charter } from './charter.ts';
import type { ModuleDefinition } from './module.ts';

export interface MissingVersion {
  readonly module: string;
  readonly version: number;
  /** First height at which it is, or will be, in force. */
  readonly from: number;
}

/** Of what is in force at `height` or comes into force later, whatever the catalogue does not hold. */
export function missingVersions(
  modules: Charter['modules'],
  catalogue: readonly Pick<ModuleDefinition, 'name' | 'version'>[],
  height: number,
): MissingVersion[] {
  return Object.entries(modules).flatMap(([module, versions]) =>
    versions
      .slice(
        Math.max(
          0,
          versions.findLastIndex(({ from }) => from <= height),
        ),
      )
      .filter(({ version }) => !catalogue.some((one) => one.name === module && one.version === version))
      .map(({ version, from }) => ({ module, version, from })),
  );
}
