/**
 * The budget of Vellmere, an invented town of 8,140 people: about 19 million euro in 66 lines, in the shape that towns of its
 * size publish. A line's code says its chapter (1 staff, 2 goods and services, 3 interest, 4 grants and benefits,
 * 6 investments, 9 repayment of loans) and its programme (what for). Nothing here is taken from a real town.
 */

/** How a line is spent over the year; the shape of its commitments and payments follows from it. */
export type Spending = 'payroll' | 'contract' | 'purchases' | 'grants' | 'benefits' | 'project' | 'debt';

export interface BudgetLine {
  /** `<chapter>-<programme>-<number>`, the code on the ledger. */
  readonly code: string;
  readonly chapter: string;
  readonly title: string;
  /** Whole euro for the year. */
  readonly euro: number;
  /** Office that spends it. */
  readonly office: OfficeCode;
  readonly spending: Spending;
  /** Trade of the suppliers, for `contract`, `purchases` and `project`. */
  readonly trade?: Trade;
}

export type OfficeCode = 'works' | 'schools' | 'social' | 'culture' | 'personnel' | 'utilities';

export type Trade =
  | 'building'
  | 'roads'
  | 'energy'
  | 'water'
  | 'waste'
  | 'food'
  | 'books'
  | 'office'
  | 'vehicles'
  | 'gardens'
  | 'transport'
  | 'care'
  | 'culture'
  | 'computers'
  | 'cleaning'
  | 'insurance'
  | 'bank';

type Row = readonly [code: string, title: string, euro: number, office: OfficeCode, spending: Spending, trade?: Trade];

const ROWS: readonly Row[] = [
  ['1-920-01', 'Pay: town hall', 1_386_000, 'personnel', 'payroll'],
  ['1-132-01', 'Pay: town wardens', 512_000, 'personnel', 'payroll'],
  ['1-153-01', 'Pay: roads and works yard', 978_000, 'personnel', 'payroll'],
  ['1-320-01', 'Pay: schools and kindergartens', 2_214_000, 'personnel', 'payroll'],
  ['1-231-01', 'Pay: social services', 846_000, 'personnel', 'payroll'],
  ['1-332-01', 'Pay: library and museum', 328_000, 'personnel', 'payroll'],
  ['1-161-01', 'Pay: water works', 402_000, 'personnel', 'payroll'],
  ['1-136-01', 'Pay: fire station', 274_000, 'personnel', 'payroll'],
  ['1-912-01', 'Allowances of the council', 148_000, 'personnel', 'payroll'],
  ['1-920-02', 'Pension fund contributions', 1_072_000, 'personnel', 'payroll'],

  ['2-920-01', 'Town hall: office supplies', 62_000, 'personnel', 'purchases', 'office'],
  ['2-920-02', 'Town hall: computers and licences', 184_000, 'personnel', 'purchases', 'computers'],
  ['2-920-03', 'Town hall: cleaning', 118_000, 'personnel', 'contract', 'cleaning'],
  ['2-920-04', 'Insurance of buildings and vehicles', 96_000, 'personnel', 'contract', 'insurance'],
  ['2-920-05', 'Telephone and network', 74_000, 'personnel', 'contract', 'computers'],
  ['2-920-06', 'Postage and printing', 58_000, 'personnel', 'purchases', 'office'],
  ['2-912-01', 'Council: sittings and notices', 34_000, 'personnel', 'purchases', 'office'],
  ['2-132-01', 'Wardens: equipment', 41_000, 'works', 'purchases', 'vehicles'],
  ['2-136-01', 'Fire station: equipment and fuel', 88_000, 'works', 'purchases', 'vehicles'],
  ['2-153-01', 'Roads: repair', 742_000, 'works', 'purchases', 'roads'],
  ['2-153-02', 'Roads: winter service', 126_000, 'works', 'contract', 'roads'],
  ['2-153-03', 'Works yard: vehicles and fuel', 168_000, 'works', 'purchases', 'vehicles'],
  ['2-165-01', 'Street lights: electricity', 214_000, 'utilities', 'contract', 'energy'],
  ['2-165-02', 'Street lights: repair', 66_000, 'works', 'purchases', 'energy'],
  ['2-171-01', 'Parks: upkeep', 172_000, 'works', 'purchases', 'gardens'],
  ['2-164-01', 'Cemetery: upkeep', 38_000, 'works', 'purchases', 'gardens'],
  ['2-933-01', 'Town buildings: repair', 286_000, 'works', 'purchases', 'building'],
  ['2-933-02', 'Town buildings: heating', 248_000, 'utilities', 'contract', 'energy'],
  ['2-933-03', 'Town buildings: electricity', 196_000, 'utilities', 'contract', 'energy'],
  ['2-161-01', 'Water works: treatment', 134_000, 'utilities', 'purchases', 'water'],
  ['2-161-02', 'Water mains: repair', 228_000, 'utilities', 'purchases', 'water'],
  ['2-160-01', 'Sewers: operation', 312_000, 'utilities', 'contract', 'water'],
  ['2-162-01', 'Waste: collection', 584_000, 'utilities', 'contract', 'waste'],
  ['2-162-02', 'Waste: recycling yard', 142_000, 'utilities', 'contract', 'waste'],
  ['2-323-01', 'Schools: heating and electricity', 264_000, 'schools', 'contract', 'energy'],
  ['2-323-02', 'Schools: cleaning', 306_000, 'schools', 'contract', 'cleaning'],
  ['2-323-03', 'Schools: teaching materials', 124_000, 'schools', 'purchases', 'books'],
  ['2-323-04', 'Schools: repair', 158_000, 'schools', 'purchases', 'building'],
  ['2-326-01', 'School meals', 486_000, 'schools', 'contract', 'food'],
  ['2-326-02', 'School buses', 232_000, 'schools', 'contract', 'transport'],
  ['2-321-01', 'Kindergartens: meals and materials', 138_000, 'schools', 'purchases', 'food'],
  ['2-332-01', 'Library: books and journals', 64_000, 'culture', 'purchases', 'books'],
  ['2-333-01', 'Museum: exhibitions', 46_000, 'culture', 'purchases', 'culture'],
  ['2-334-01', 'Concerts and theatre', 82_000, 'culture', 'purchases', 'culture'],
  ['2-338-01', 'Midsummer fair and winter market', 74_000, 'culture', 'purchases', 'culture'],
  ['2-342-01', 'Sports hall and pool: upkeep', 186_000, 'culture', 'purchases', 'building'],
  ['2-231-01', 'Home help', 368_000, 'social', 'contract', 'care'],
  ['2-231-02', 'Day centre: meals', 92_000, 'social', 'contract', 'food'],
  ['2-231-03', 'Meals on wheels', 76_000, 'social', 'contract', 'food'],
  ['2-441-01', 'Town bus', 294_000, 'utilities', 'contract', 'transport'],

  ['3-011-01', 'Interest on loans', 118_000, 'personnel', 'debt', 'bank'],

  ['4-231-01', 'Emergency relief for households', 212_000, 'social', 'benefits'],
  ['4-231-02', 'Heating allowance', 156_000, 'social', 'benefits'],
  ['4-326-01', 'School supplies allowance', 84_000, 'social', 'benefits'],
  ['4-334-01', 'Grants to cultural associations', 68_000, 'culture', 'grants'],
  ['4-341-01', 'Grants to sports clubs', 92_000, 'culture', 'grants'],
  ['4-231-03', 'Grants to social initiatives', 74_000, 'social', 'grants'],
  ['4-430-01', 'Grants to small shops', 48_000, 'culture', 'grants'],

  ['6-321-01', 'Linden School: new roof', 640_000, 'schools', 'project', 'building'],
  ['6-153-01', 'Mill Bridge: renewal', 520_000, 'works', 'project', 'roads'],
  ['6-161-01', 'Water main, Upper Town', 310_000, 'utilities', 'project', 'water'],
  ['6-165-01', 'Street lights: conversion to LED', 184_000, 'works', 'project', 'energy'],
  ['6-171-01', 'Playground by the weir', 96_000, 'works', 'project', 'gardens'],
  ['6-332-01', 'Library: reading room', 132_000, 'culture', 'project', 'building'],
  ['6-136-01', 'Fire engine', 288_000, 'works', 'project', 'vehicles'],

  ['9-011-01', 'Repayment of loans', 356_000, 'personnel', 'debt', 'bank'],
];

export const BUDGET_LINES: readonly BudgetLine[] = ROWS.map(([code, title, euro, office, spending, trade]) => {
  const line = { code, chapter: code.slice(0, 1), title, euro, office, spending };
  return trade === undefined ? line : { ...line, trade };
});

export const TOWN = { name: 'Vellmere', people: 8_140, currency: 'EUR' } as const;
