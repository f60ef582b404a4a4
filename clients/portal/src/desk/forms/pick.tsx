/** A record picked by seeking it, in place of its code typed. What is picked fills in what the form says. */
import { Field as Frame, Label, ValidationMessage } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useFormContext } from 'react-hook-form';
import { type ListView, office, type Row } from '../../data/api.ts';
import { Cell, shortened } from '../../parts/cell.tsx';
import { Combobox } from '../../parts/combobox.tsx';
import { codeWords } from '../../parts/said.tsx';
import { useWords } from '../../words/use-words.ts';
import type { FormPick } from '../desk-data.ts';
import { begin, type Values } from './body.ts';
import type { Field } from './fields.ts';
import { useFormFacts } from './form-context.ts';
import { type PickRow, pickRows } from './pick-rows.ts';

/** Members that are picked and not typed: those that a row fills in whole. An amount that a row begins is typed over. */
export function pickedMembers(picks: readonly FormPick[]): ReadonlySet<string> {
  return new Set(picks.flatMap(({ fill }) => Object.keys(fill).filter((path) => !path.includes('/'))));
}

interface PicksProps {
  readonly picks: readonly FormPick[];
  /** Fields of what is begun. */
  readonly fields: readonly Field[];
  readonly path: string;
}

export function Picks({ picks, fields, path }: PicksProps) {
  return picks.map((pick) => <Pick key={`${pick.list} ${Object.keys(pick.fill)[0]}`} pick={pick} fields={fields} path={path} />);
}

function Pick({ pick, fields, path }: { readonly pick: FormPick } & Omit<PicksProps, 'picks'>) {
  const say = useWords();
  const id = useId();
  const { me, form, faults, wasTried, decimal } = useFormFacts();
  const { modules } = useSuspenseQuery(office).data;
  const { getValues, setValue, watch } = useFormContext();
  const [sought, setSought] = useState<string>();
  const [picked, setPicked] = useState<PickRow>();
  const module = modules.find(({ name }) => name === form.module)!;
  const { data: rows } = useQuery({ ...pickRows(module, pick, sought ?? '', me.officer), enabled: sought !== undefined });
  const filled = Object.keys(pick.fill).filter((member) => !member.includes('/'));
  // The last of several members that name a record together is the one that people know it by.
  const main = fields.find(({ name }) => name === filled.at(-1));
  const label = main === undefined || main.isRequired ? (main?.label ?? '') : say('form.optional', { label: main.label });
  const at = (member: string): string => (path === '' ? member : `${path}.${member}`);
  const values = filled.map((member) => String(watch(at(member)) ?? '')).filter(Boolean);
  const fault = filled.map((member) => faults[at(member)]).find((one) => one !== undefined);
  const choose = (one: PickRow): void => {
    const begun = begin((path === '' ? getValues() : getValues(path)) as Values, pick.fill, one.row, decimal);
    const members = new Set(Object.keys(pick.fill).map((name) => name.split('/')[0]!));
    for (const member of members) setValue(at(member), begun[member], { shouldDirty: true });
    setPicked(one);
    setSought(undefined);
  };
  const seek = (typed: string | undefined): void => {
    // What was picked no longer holds once something else is sought.
    if (typed !== undefined && typed !== '' && values.length > 0)
      for (const member of filled) setValue(at(member), '', { shouldDirty: true });
    setSought(typed);
  };
  const isPicked = picked !== undefined && values.includes(String(picked.row[pick.fill[filled.at(-1)!]!]));
  return (
    <Frame className="pick">
      <Label htmlFor={id}>{label}</Label>
      <Frame.Description>{main?.help ?? say('form.pick-help')}</Frame.Description>
      <Combobox
        {...{ id, label, sought, rows }}
        shown={isPicked ? nameOf(picked, pick) : values.map(shortened).join(' · ')}
        isInvalid={wasTried && fault !== undefined}
        row={(one) => (
          <>
            {nameOf(one, pick)}
            <RowLine row={one.row} view={module.lists[pick.list]!} filled={Object.values(pick.fill)} />
          </>
        )}
        onSeek={seek}
        onChoose={choose}
      />
      {wasTried && fault !== undefined && <ValidationMessage>{say(`form.fault-${fault}`)}</ValidationMessage>}
    </Frame>
  );
}

/** Its title; where it has none, what it fills in: a role and its office, an officer's code. */
function nameOf({ title, row }: PickRow, { fill }: FormPick): string {
  if (title !== undefined) return title;
  const codes = Object.entries(fill).flatMap(([path, column]) => (path.includes('/') ? [] : [String(row[column] ?? '')]));
  return codes.map((code) => (/\d/.test(code) ? shortened(code) : codeWords(code))).join(', ');
}

interface RowLineProps {
  readonly row: Row;
  readonly view: ListView;
  /** Columns that its name says already. */
  readonly filled: readonly string[];
}

/** What tells rows of one title apart: amounts and days; where there are none, codes. */
function RowLine({ row, view, filled }: RowLineProps) {
  const has = view.columns.filter(({ column }) => row[column] !== null && row[column] !== '' && !filled.includes(column));
  const figures = has.filter(({ as }) => as === 'money' || as === 'date');
  const codes = has.filter(({ as, column }) => as === 'code' && column !== 'status');
  const said = (figures.some(({ as }) => as === 'money') ? figures : [...codes, ...figures]).slice(0, 3);
  return (
    <span className="sub">
      {said.map((column, n) => (
        <span key={column.column}>
          {n > 0 && ' · '}
          {column.label}: {column.as === 'code' ? codeWords(String(row[column.column])) : <Cell column={column} row={row} />}
        </span>
      ))}
    </span>
  );
}
