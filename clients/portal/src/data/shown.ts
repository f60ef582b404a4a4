/** Values as the node hands them to pages; apart, so that what compares them needs nothing of a browser. */

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** A value with what it is called. */
export interface Told {
  readonly label: string;
  readonly as: 'text' | 'code' | 'withdrawn' | 'money' | 'day' | 'time' | 'flag' | 'record';
  readonly value: string | number | boolean;
  readonly currency?: string;
  readonly key?: string;
  /** Told of another record: no proof of this one speaks of it. */
  readonly aside?: boolean;
  readonly time?: number;
}
