/** The kernel's rules as data: what a refusal names and a page cites. */
import type { Rule } from './module.ts';

const rule = (id: string, kind: Rule['kind'], text: string, basis: string): Rule => ({ id: `kernel.${id}`, kind, text, basis });

export const rules = [
  rule('identity', 'invariant', 'Only keys enrolled in this ledger and in force sign.', 'Charter, officers'),
  rule('role', 'rule', 'An officer acts in a role held at that moment, within what the charter gives that role.', 'Charter, roles'),
  rule('mandate', 'rule', 'Who acts for another shows a mandate that covers the action and has not ended.', 'Charter, roles'),
  rule(
    'four-eyes',
    'rule',
    'What needs several people is signed by different people, all entitled when it is decided.',
    'Charter, signers',
  ),
  rule('own-act', 'rule', 'Some things only the person concerned can do.', 'Charter, officers'),
  rule('founding', 'invariant', 'Nothing happens before the founders have accepted the charter.', 'Charter, founding'),
  rule('validity', 'invariant', 'A transaction is for this ledger and within its time.', 'docs/spec/transaction.md'),
  rule('idempotency', 'invariant', 'One id of a signer stands for one thing.', 'docs/spec/transaction.md'),
  rule('revision', 'invariant', 'What the signer relied on must still hold.', 'docs/spec/transaction.md'),
  rule('form', 'invariant', 'The content has the form its action declares.', 'docs/spec/transaction.md'),
  rule(
    'limits',
    'invariant',
    'One transaction leads to at most 64 steps, eight deep, and a record holds a bounded number of things.',
    'DESIGN §3',
  ),
  rule('standing', 'rule', 'A record is withdrawn, corrected or annulled as its module declares; both versions stay.', 'Charter, roles'),
  rule('suspension', 'rule', 'What a court has suspended waits for the court.', 'Charter, review'),
  rule('dependents', 'rule', 'What rests on a record is shown before it is annulled.', 'Charter, roles'),
  rule(
    'review',
    'rule',
    'Courts and review bodies named in the charter give orders, two of their officers signing, with case and document.',
    'Charter, review',
  ),
  rule(
    'office',
    'rule',
    'Officers, roles and offices are those of the charter, every role in use stays filled, and no agency staffs another.',
    'Charter, offices',
  ),
  rule('keys', 'invariant', 'A key is a valid point, enrolled once, and no officer is left without one.', 'Charter, officers'),
  rule(
    'recovery',
    'rule',
    'Lost keys are replaced with the outside authority after a delay in which an old key can object.',
    'Charter, recovery',
  ),
  rule('amendment', 'rule', 'The charter changes by its own quorum and never contradicts itself.', 'Charter, amendQuorum'),
  rule('texts', 'rule', 'A published text is withdrawn by two officers on a legal ground.', 'Charter, roles'),
  rule(
    'documents',
    'rule',
    'A document is attached by its fingerprint, with what a validation found by that day; this ledger does not judge it.',
    'Charter, roles',
  ),
  rule('succession', 'rule', 'A successor takes again what its predecessor’s receipts prove.', 'Charter, predecessor'),
] as const satisfies readonly Rule[];
