/**
 * Which digests of an entry may stand for published texts (docs/spec/disclosure.md "What an audit can tell"). An object has as many digests
 * as its schema declares disclosed fields, whichever of them were filled, so the log says how many texts there are at least and at most, and
 * never which digests are decoys.
 */
import type { ModuleDefinition } from '@tabularium/kernel';
import { disclosedBody } from '@tabularium/kernel';
import {
  digestHolders,
  disclosuresOf,
  type JsonObject,
  type JsonValue,
  type Transaction,
  type TransactionPayload,
} from '@tabularium/protocol';

/** One object with digests, in one entry. */
export interface TextHolder {
  /** Leaf index. */
  readonly index: number;
  readonly digests: readonly string[];
  /** How many of them are published texts at least: its fields that must be disclosed. */
  readonly least: number;
}

/** Every object of an entry's body that may have published texts; of a proposal and of an old transaction taken again, the inner body's. */
export function textHolders(
  { action, body }: Pick<TransactionPayload, 'action' | 'body'>,
  index: number,
  catalogue: readonly ModuleDefinition[],
): readonly TextHolder[] {
  const disclosed = disclosedBody(action, body, catalogue);
  if (disclosed === undefined) return [];
  /** By path of the object, how many of its published fields must be filled. */
  const leastAt = new Map<string, number>();
  for (const { path, kind, required } of disclosuresOf(disclosed.schema)) {
    if (kind === 'published') leastAt.set(path, (leastAt.get(path) ?? 0) + (required ? 1 : 0));
  }
  return [...leastAt].flatMap(([path, least]) =>
    objectsAt(disclosed.body, path.split('/').slice(1)).flatMap(({ _sd }) =>
      Array.isArray(_sd) ? [{ index, digests: _sd.filter((one) => typeof one === 'string'), least }] : [],
    ),
  );
}

/** One object of an entry that has fields of a person. */
export interface PersonalHolder {
  /** Leaf index. */
  readonly index: number;
  /** Name of the transaction. */
  readonly tx: string;
  /** JSON Pointer. */
  readonly path: string;
  /** Handle. */
  readonly case: string;
  readonly digests: readonly string[];
  /** How many of them are in the vault at least: its personal fields that must be disclosed. */
  readonly least: number;
}

/** Every object of an entry's body that has fields of a person; of a proposal and of an old transaction taken again, the inner body's. */
export function personalHolders(
  { name, payload }: Pick<Transaction, 'name' | 'payload'>,
  index: number,
  catalogue: readonly ModuleDefinition[],
): readonly PersonalHolder[] {
  const disclosed = disclosedBody(payload.action, payload.body, catalogue);
  if (disclosed === undefined) return [];
  return digestHolders(disclosed.body, disclosed.schema).flatMap(({ path, digests, declared, case: of }) => {
    const personal = [...declared.values()].filter(({ kind }) => kind === 'personal');
    if (personal.length === 0 || of === undefined) return [];
    return [{ index, tx: name, path, case: of, digests, least: personal.filter(({ required }) => required).length }];
  });
}

/** The objects at a path of a declaration, in which `*` stands for all items of an array. */
function objectsAt(value: JsonValue | undefined, [step, ...rest]: readonly string[]): readonly JsonObject[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === undefined) return Array.isArray(value) ? [] : [value as JsonObject];
  if (step === '*') return Array.isArray(value) ? (value as readonly JsonValue[]).flatMap((item) => objectsAt(item, rest)) : [];
  return objectsAt((value as JsonObject)[step], rest);
}
