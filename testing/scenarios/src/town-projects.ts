/**
 * Investments told as stories: a contract after a tender, part payments as the work goes on, and what went otherwise. The
 * roof of Linden School is the long one: from appropriation to last payment, with asbestos under the old tiles, an invoice
 * the ledger would not take, and a sum withheld until the defects were mended.
 */
import type { Invoice, Offices, Payee } from './spending.ts';
import { money } from './spending.ts';
import { BUDGET_LINES, type BudgetLine } from './town-budget.ts';
import { onDuty } from './town-staff.ts';
import type { YearPlan } from './year-plan.ts';

export const SCHOOL_ROOF = 'school-roof';
/** Key of the bridge's commitment, which a law carries into the next year. */
export const BRIDGE_CONTRACT = 'mill-bridge contract';

const firm = (name: string): Payee => ({ is: 'organisation', name });

function line(code: string): BudgetLine {
  const found = BUDGET_LINES.find((candidate) => candidate.code === code);
  if (found === undefined) throw new Error(`no budget line ${code}`);
  return found;
}

export function projects(plan: YearPlan, offices: Offices): void {
  schoolRoof(plan, offices);
  millBridge(plan, offices);
  const part = (cents: number, month: number, day: number): Invoice => ({
    cents,
    delivered: plan.on(month, day),
    payee: firm(''),
    desk: plan.random.between(2, 6),
  });
  const build = (
    code: string,
    key: string,
    supplier: string,
    purpose: string,
    month: number,
    invoices: readonly Invoice[],
    rest = 0,
  ): void => {
    const payee = firm(supplier);
    const cents = invoices.reduce((sum, invoice) => sum + invoice.cents, rest);
    offices.buy({
      key,
      line: line(code),
      cents,
      reference: `T-${plan.year}-${code.slice(2)}`,
      purpose,
      committed: plan.on(month, 6),
      invoices: invoices.map((invoice) => ({ ...invoice, payee })),
      story: key.split(' ')[0]!,
    });
  };
  build('6-161-01', 'water-main contract', 'Aqueduct Pipe Supplies', 'Water main, Upper Town: 1,150 m of ductile pipe', 3, [
    part(7_840_512, 4, 30),
    part(9_120_344, 6, 27),
    part(8_304_190, 9, 12),
    part(3_911_260, 10, 24),
  ]);
  build('6-165-01', 'led-lights contract', 'Lamplighter Electric', 'Conversion of 412 street lights to LED', 2, [
    part(5_210_400, 4, 11),
    part(5_210_400, 6, 13),
    part(5_210_400, 9, 19),
    part(2_184_933, 11, 14),
  ]);
  build('6-171-01', 'playground contract', 'Swingset Playgrounds', 'Playground by the weir: equipment and safety ground', 4, [
    part(6_134_250, 6, 6),
    part(2_870_108, 7, 11),
  ]);
  build('6-332-01', 'reading-room contract', 'Three Gables Construction', 'Library: reading room, shell and fittings', 5, [
    part(3_908_775, 7, 18),
    part(4_412_036, 9, 26),
    part(3_566_941, 11, 21),
  ]);
  build(
    '6-136-01',
    'fire-engine contract',
    'Ladder & Hose Fire Equipment',
    'Fire engine HLF 20, chassis and body',
    1,
    [part(9_500_000, 3, 14), part(18_690_000, 10, 17)],
    350_000,
  );
}

function schoolRoof(plan: YearPlan, offices: Offices): void {
  const roof = line('6-321-01');
  const northgate = firm('Northgate Roofing Ltd');
  const story = SCHOOL_ROOF;
  const contract = 'school-roof contract';
  const term = plan.dayNumber(plan.on(12, 12)) - plan.dayNumber(plan.on(9, 17));
  offices.buy({
    key: contract,
    line: roof,
    cents: 58_764_300,
    reference: `T-${plan.year}-321-01`,
    purpose: 'Linden School: new roof, lot 1, roofing and carpentry, 2,310 m²',
    committed: plan.on(2, 17),
    story,
    invoices: [
      { cents: 8_814_645, delivered: plan.on(4, 4), payee: northgate, desk: 4 },
      { cents: 14_690_000, delivered: plan.on(5, 23), payee: northgate, desk: 5 },
      { cents: 13_250_980, delivered: plan.on(6, 30), payee: northgate, desk: 3 },
      { cents: 12_101_260, delivered: plan.on(7, 31), payee: northgate, desk: 6 },
      { cents: 6_969_200, delivered: plan.on(9, 5), payee: northgate, desk: 5, halves: true },
      // Five in a hundred were withheld until the defects of the acceptance were mended.
      { cents: 2_938_215, delivered: plan.on(9, 17), payee: northgate, desk: 8, term },
    ],
  });
  offices.buy({
    key: 'school-roof scaffold',
    line: roof,
    cents: 2_418_890,
    reference: `T-${plan.year}-321-02`,
    purpose: 'Linden School: new roof, lot 2, scaffold and protection of the yard',
    committed: plan.on(2, 24),
    story,
    invoices: [
      { cents: 1_209_445, delivered: plan.on(3, 28), payee: firm('Three Gables Construction'), desk: 2 },
      { cents: 1_209_445, delivered: plan.on(8, 22), payee: firm('Three Gables Construction'), desk: 3 },
    ],
  });
  // June: asbestos. The first idea, twice the money that is left, met the limit of the line; the second fitted.
  const asbestos = {
    line: roof,
    reference: `D-${plan.year}-ASB-01`,
    purpose: 'Linden School: removal of asbestos cement under the old tiles',
    story,
  };
  offices.commit({
    ...asbestos,
    key: 'school-roof asbestos, first offer',
    cents: 4_610_000,
    committed: plan.on(6, 2),
    expect: 'treasury.limit-exceeded',
  });
  offices.buy({
    ...asbestos,
    key: 'school-roof asbestos',
    cents: 2_180_450,
    committed: plan.on(6, 4),
    invoices: [{ cents: 2_180_450, delivered: plan.on(6, 20), payee: firm('Old Kiln Tiling'), desk: 3 }],
  });
  overcharge(plan, contract);
}

/** September: an invoice for more than the contract was worth. The certificate was refused, in the open. */
function overcharge(plan: YearPlan, contract: string): void {
  plan.add(plan.on(9, 10), 'morning', {
    key: 'school-roof overcharge',
    officer: onDuty('schools', 1),
    as: 'spending-unit@schools',
    action: 'treasury.payable.certify',
    expect: 'treasury.commitment-exceeded',
    story: SCHOOL_ROOF,
    body: (records) => ({
      items: [
        {
          commitment: records.id(contract),
          money: money(9_969_200),
          payee: '5c0011bb5c0011bb5c0011bb5c0011bb',
          payeeIs: 'organisation',
          delivered: plan.date(plan.on(9, 5)),
          due: plan.date(plan.on(10, 6)),
          organisation: 'Northgate Roofing Ltd',
        },
      ],
    }),
  });
}

/** Late ground water: the bridge was half finished at the year's end, and the council carried the rest over by law. */
function millBridge(plan: YearPlan, offices: Offices): void {
  const payee = firm('Causeway Civil Works');
  offices.buy({
    key: BRIDGE_CONTRACT,
    line: line('6-153-01'),
    cents: 49_870_000,
    reference: `T-${plan.year}-153-01`,
    purpose: 'Mill Bridge: renewal of the deck and both abutments',
    committed: plan.on(5, 12),
    story: 'mill-bridge',
    invoices: [
      { cents: 9_120_077, delivered: plan.on(7, 25), payee, desk: 4 },
      { cents: 11_408_950, delivered: plan.on(10, 10), payee, desk: 5 },
      { cents: 6_200_431, delivered: plan.on(12, 5), payee, desk: 4 },
    ],
  });
}
