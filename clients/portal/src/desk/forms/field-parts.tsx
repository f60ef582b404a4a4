/** One part for each kind of field. Labels and help are the module's own words. */
import { Button, Checkbox, Field as Frame, Label, Select, Textfield, ValidationMessage } from '@digdir/designsystemet-react';
import { useFieldArray, useFormContext } from 'react-hook-form';
import { codeWords } from '../../parts/said.tsx';
import { useWords } from '../../words/use-words.ts';
import { Facts } from '../refusal.tsx';
import { emptyValues, type Values } from './body.ts';
import { DigestField } from './digest-field.tsx';
import type { Field } from './fields.ts';
import { useFormFacts } from './form-context.ts';
import { Picks, pickedMembers } from './pick.tsx';
import { useFault, useLabel } from './use-field.ts';

interface PartProps<K extends Field['kind'] = Field['kind']> {
  readonly field: Field & { readonly kind: K };
  /** `items.0.money`. */
  readonly path: string;
}

/** The fields of one object, and the lists from which it is begun. `at`: member that holds it as an item; absent for the body. */
export function Fields({ fields, path, at }: { readonly fields: readonly Field[]; readonly path: string; readonly at?: string }) {
  const { form } = useFormFacts();
  const picks = (form.picks ?? []).filter(({ items }) => items === at);
  const made = new Set(
    (form.made ?? []).filter((one) => one.startsWith(at === undefined ? '' : `${at}/`)).map((one) => one.split('/').at(-1)),
  );
  const picked = pickedMembers(picks);
  return (
    <>
      <Picks picks={picks} fields={fields} path={path} />
      {fields
        .filter(({ name }) => !picked.has(name) && !made.has(name))
        .map((field) => (
          <Part key={field.name} field={field} path={path === '' ? field.name : `${path}.${field.name}`} />
        ))}
    </>
  );
}

function Part({ field, path }: PartProps) {
  switch (field.kind) {
    case 'money':
      return <MoneyPart field={field} path={path} />;
    case 'choice':
      return <ChoicePart field={field} path={path} />;
    case 'flag':
      return <FlagPart field={field} path={path} />;
    case 'digest':
      return <DigestField field={field} path={path} />;
    case 'group':
      return <GroupPart field={field} path={path} />;
    case 'list':
      return <ListPart field={field} path={path} />;
    case 'codes':
      return <CodesPart field={field} path={path} />;
    case 'other':
      return <OtherPart field={field} path={path} />;
    default:
      return <TextPart field={field} path={path} />;
  }
}

const INPUTS = { day: 'date', instant: 'datetime-local', number: 'number' } as const;

function TextPart({ field, path }: PartProps) {
  const say = useWords();
  const { register } = useFormContext();
  const label = useLabel(field);
  const error = useFault(path);
  const published = field.kind === 'text' ? say('form.published') : undefined;
  const description = [field.help, published].filter((one) => one !== undefined).join(' ');
  const shared = { label, ...(description === '' ? {} : { description }), ...(error === undefined ? {} : { error }), ...register(path) };
  if (field.kind === 'text' && field.maxLength > 200) return <Textfield multiline rows={2} {...shared} />;
  const type = INPUTS[field.kind as keyof typeof INPUTS] ?? 'text';
  const most = field.kind === 'text' || field.kind === 'code' ? field.maxLength : undefined;
  return (
    <Textfield
      {...shared}
      type={type}
      autoComplete="off"
      spellCheck={field.kind === 'text'}
      {...(most === undefined ? {} : { maxLength: most })}
    />
  );
}

function MoneyPart({ field, path }: PartProps<'money'>) {
  const say = useWords();
  const { register } = useFormContext();
  const [amountError, currencyError] = [useFault(`${path}.amount`), useFault(`${path}.currency`)];
  const label = useLabel(field);
  return (
    <div className="amounts">
      <Textfield
        label={label}
        inputMode="decimal"
        autoComplete="off"
        {...(field.help === undefined ? {} : { description: field.help })}
        {...(amountError === undefined ? {} : { error: amountError })}
        {...register(`${path}.amount`)}
      />
      <Textfield
        label={say('form.currency')}
        autoComplete="off"
        maxLength={3}
        {...(currencyError === undefined ? {} : { error: currencyError })}
        {...register(`${path}.currency`)}
      />
    </div>
  );
}

function ChoicePart({ field, path }: PartProps<'choice'>) {
  const say = useWords();
  const { register } = useFormContext();
  const label = useLabel(field);
  const error = useFault(path);
  return (
    <Frame>
      <Label>{label}</Label>
      {field.help !== undefined && <Frame.Description>{field.help}</Frame.Description>}
      <Select {...register(path)} aria-invalid={error !== undefined}>
        <Select.Option value="">{say('form.choose')}</Select.Option>
        {field.options.map((option) => (
          <Select.Option key={option} value={option}>
            {codeWords(option)}
          </Select.Option>
        ))}
      </Select>
      {error !== undefined && <ValidationMessage>{error}</ValidationMessage>}
    </Frame>
  );
}

function FlagPart({ field, path }: PartProps<'flag'>) {
  const { register } = useFormContext();
  return <Checkbox label={field.label} {...(field.help === undefined ? {} : { description: field.help })} {...register(path)} />;
}

function GroupPart({ field, path }: PartProps<'group'>) {
  return (
    <fieldset>
      <legend>{useLabel(field)}</legend>
      <Fields fields={field.fields} path={path} />
    </fieldset>
  );
}

function ListPart({ field, path }: PartProps<'list'>) {
  const say = useWords();
  const { refusedItems } = useFormFacts();
  const { control } = useFormContext();
  const { fields: items, append, remove } = useFieldArray({ control, name: path });
  return (
    <>
      {items.map(({ id }, n) => {
        const refused = refusedItems.find(({ item }) => item === n);
        return (
          <fieldset key={id}>
            <legend>{items.length === 1 ? field.label : say('form.item', { label: field.label, n: n + 1 })}</legend>
            <Fields fields={field.fields} path={`${path}.${n}`} at={field.name} />
            {refused !== undefined && items.length > 1 && (
              <ValidationMessage>
                {(refused as { readonly text?: string }).text ?? refused.code}
                {refused.facts !== undefined && <Facts facts={refused.facts} />}
              </ValidationMessage>
            )}
            {items.length > field.min && (
              <div>
                <Button variant="tertiary" data-size="sm" type="button" onClick={() => remove(n)}>
                  {say('form.remove', { n: n + 1 })}
                </Button>
              </div>
            )}
          </fieldset>
        );
      })}
      {items.length < field.max && (
        <div>
          <Button variant="secondary" data-size="sm" type="button" onClick={() => append(emptyValues(field.fields) as Values)}>
            {say('form.add', { label: field.label })}
          </Button>
        </div>
      )}
    </>
  );
}

function CodesPart({ field, path }: PartProps<'codes'>) {
  const say = useWords();
  const { watch, setValue } = useFormContext();
  const codes = (watch(path) as readonly string[] | undefined) ?? [];
  const error = useFault(path);
  return (
    <Textfield
      multiline
      rows={2}
      label={useLabel(field)}
      description={[field.help, say('form.one-a-line')].filter((one) => one !== undefined).join(' ')}
      {...(error === undefined ? {} : { error })}
      value={codes.join('\n')}
      onChange={({ target }) => setValue(path, target.value === '' ? [] : target.value.split('\n'), { shouldTouch: true })}
    />
  );
}

function OtherPart({ field }: PartProps<'other'>) {
  const say = useWords();
  return <p className="note">{say('form.other', { label: field.label })}</p>;
}
