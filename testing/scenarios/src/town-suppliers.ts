/**
 * Whom the town pays, and for what: invented firms and associations, whose names are published, and households, which are
 * never named (the ledger holds a handle for the case and nothing else). The purposes are what an officer would type.
 */
import type { Trade } from './town-budget.ts';

/** Legal persons by trade. Every name is made of landscape and craft, so that none is a person's. */
export const SUPPLIERS: Readonly<Record<Trade, readonly string[]>> = {
  building: [
    'Northgate Roofing Ltd',
    'Granite & Lime Builders',
    'Stonebridge Joinery Cooperative',
    'Highfield Plumbing and Heating',
    'Weirside Painters',
    'Copperbeech Electrical',
    'Three Gables Construction',
    'Lantern Glazing',
    'Old Kiln Tiling',
  ],
  roads: [
    'Causeway Civil Works',
    'Blackstone Asphalt',
    'Milestone Kerbs and Paving',
    'Riverbank Groundworks',
    'Polestar Road Marking',
    'Frostline Winter Service',
  ],
  energy: ['Vellmere Valley Power', 'Upland District Heat', 'Brightwater Hydro', 'Lamplighter Electric', 'Tallow Hill Gas'],
  water: ['Springhead Water Treatment', 'Cistern & Valve Company', 'Deepwell Pumps', 'Aqueduct Pipe Supplies', 'Reedbed Sewage Services'],
  waste: ['Magpie Recycling', 'Greencart Collection', 'Hollow Lane Composting'],
  food: ['Orchard Table School Kitchens', 'Vellmere Bakery Cooperative', 'Meadow Dairy', 'Kettle & Ladle Catering', 'Longacre Produce'],
  books: ['Inkwell Booksellers', 'Chalk and Slate School Supplies', 'Periodical House', 'Margin Press'],
  office: ['Quill Office Supplies', 'Folio Printers', 'Staplewood Furniture', 'Courier Pigeon Post'],
  vehicles: ['Anvil Motors', 'Crossroads Garage', 'Fuel Depot Vellmere', 'Ladder & Hose Fire Equipment', 'Harrow Plant Hire'],
  gardens: ['Hawthorn Nurseries', 'Greenfinch Landscaping', 'Acorn Tree Care', 'Swingset Playgrounds'],
  transport: ['Vale Coaches', 'Yellow Kite School Buses', 'Market Square Transit'],
  care: ['Hearth Home Help', 'Evening Lamp Care Association', 'Samphire Nursing'],
  culture: [
    'Limelight Stage Hire',
    'Brass Band of the Upper Town',
    'Tessera Exhibitions',
    'Marquee & Trestle Events',
    'Hurdy-Gurdy Festival Office',
  ],
  computers: ['Binary Loom Systems', 'Copper Wire Telephone', 'Tabula Software', 'Ferrite Network Services'],
  cleaning: ['Bright Broom Cleaning', 'Soap & Sponge Services', 'Clearpane Windows'],
  insurance: ['Mutual of the Three Valleys', 'Harbour Light Insurance'],
  bank: ['Savings Bank of the Valleys'],
};

/** Associations that apply for grants. */
export const ASSOCIATIONS: readonly string[] = [
  'Vellmere Rowing Club',
  'Upper Town Football Club',
  'Weir Canoe Club',
  'Linden School Parents’ Association',
  'Choir of the Mill Quarter',
  'Beekeepers of the Valley',
  'Open Kitchen Initiative',
  'Repair Café Vellmere',
  'Chess Club Black Knight',
  'Young Fire Brigade',
  'Theatre Group Trapdoor',
  'Hiking Society',
  'Table Tennis Club',
  'Neighbours for Neighbours',
  'Film Club Second Reel',
  'Gymnastics Society 1903',
  'Amateur Astronomers',
  'Winter Shelter Initiative',
  'Folk Dance Circle',
  'Corner Shop Market Street',
  'Village Store Lower Mill',
  'Bicycle Kitchen',
  'Allotment Gardeners',
  'Youth Orchestra',
];

/** What is bought, by trade; `%` is replaced by a place or a number. */
const PURPOSES: Readonly<Record<Trade, readonly string[]>> = {
  building: [
    'Repair of the roof gutter, %',
    'Replacement of two windows, %',
    'Repair of the heating pump, %',
    'Painting of the stairwell, %',
    'Electrical safety check, %',
    'New door and lock, %',
  ],
  roads: ['Potholes, %', 'Kerb repair, %', 'Road markings, %', 'Drain covers, %', 'Resurfacing of 40 m, %', 'Gritting round, %'],
  energy: ['Electricity, %', 'Heat, %', 'Repair of street light, %', 'Meter exchange, %'],
  water: ['Burst main, %', 'Valve replacement, %', 'Treatment salt, %', 'Pump service, %', 'Leak detection, %'],
  waste: ['Collection round, %', 'Container hire, %', 'Sorting of glass and paper, %'],
  food: ['Meals, %', 'Bread and milk, %', 'Fruit, %'],
  books: ['Books, %', 'Exercise books and pens, %', 'Journals, %', 'Maps for the classroom, %'],
  office: ['Paper and toner, %', 'Printing of notices, %', 'Postage, %', 'Two desks, %'],
  vehicles: ['Fuel, %', 'Tyres, %', 'Inspection of the mower, %', 'Hire of a digger, %', 'Breathing apparatus check, %'],
  gardens: ['Tree care, %', 'Bedding plants, %', 'Mowing, %', 'Repair of a bench, %', 'Sand for the playground, %'],
  transport: ['Bus service, %', 'Excursion, %', 'Replacement bus, %'],
  care: ['Home help hours, %', 'Night service, %', 'Short-term care, %'],
  culture: ['Stage hire, %', 'Concert, %', 'Hanging of the exhibition, %', 'Sound and light, %'],
  computers: ['Licences, %', 'Replacement of a computer, %', 'Network service, %', 'Telephone, %'],
  cleaning: ['Cleaning, %', 'Window cleaning, %', 'Deep clean, %'],
  insurance: ['Premium, %'],
  bank: ['Instalment, %'],
};

const PLACES: readonly string[] = [
  'Linden School',
  'Mill School',
  'Kindergarten by the Weir',
  'town hall',
  'Market Street',
  'Upper Town',
  'Lower Mill',
  'Station Road',
  'museum',
  'library',
  'sports hall',
  'fire station',
  'works yard',
  'Old Bridge',
  'cemetery',
  'day centre',
  'pool',
  'Weir Park',
];

/** Where roads are repaired: whoever asks which street it was finds its name. */
const STREETS: readonly string[] = [
  'Mill Street',
  'Market Street',
  'Station Road',
  'Weirside Lane',
  'Linden Avenue',
  'Old Bridge Road',
  'Schoolhouse Lane',
  'Harbour Street',
  'Chapel Street',
  'Tanners Lane',
  'Orchard Street',
  'Ropewalk Lane',
];

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** A purpose as an officer would type it; `where` indexes places (of roads, streets), `kind` the trade's list, both wrapping around. */
export function purposeOf(trade: Trade, kind: number, where: number): string {
  const list = PURPOSES[trade];
  const places = trade === 'roads' ? STREETS : PLACES;
  return list[kind % list.length]!.replace('%', places[where % places.length]!);
}
