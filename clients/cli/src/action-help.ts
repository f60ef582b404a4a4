/** What can be done on a ledger, in words, from the modules' own declarations. */
import { catalogue } from '@tabularium/catalogue';
import { actionNamed, actionsOf, fieldsOf } from './action-schema.ts';
import { type Terminal, table } from './terminal.ts';

/** Shows one action, or the list of all. */
export function showAction(terminal: Terminal, name?: string): void {
  if (name === undefined) {
    const all = actionsOf(catalogue);
    const list = all.map(({ name: action, definition: { title, roles, signers = 1 } }) => ({ action, title, roles, signers }));
    terminal.result({ actions: list }, table(all.map(({ name: action, definition }) => [action, definition.title])));
    return;
  }
  const action = actionNamed(name, catalogue);
  const { title, text, roles, signers = 1 } = action.definition;
  const fields = fieldsOf(action);
  const rows = fields.map(({ path, type, required, text: words }) => [`  ${path}`, type, required ? 'required' : '', words]);
  terminal.result(
    { action: name, title, text, roles, signers, fields },
    [
      `${terminal.paint('bold', name)} — ${title}`,
      text,
      `Roles: ${roles.join(', ') || 'as the charter says'}${signers > 1 ? `; ${signers} officers sign (kernel.propose, then kernel.approve)` : ''}`,
      '',
      'Body:',
      table(rows),
    ].join('\n'),
  );
}
