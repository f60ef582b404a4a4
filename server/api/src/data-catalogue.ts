/**
 * The catalogue of the office's open data as DCAT-AP 3.0 has it, in JSON-LD: a dataset for each list and one for the log, their distributions,
 * and the API as a data service. Portals of open data harvest it at its address.
 */

/** A list that can be taken away. */
export interface DataSet {
  /** `treasury/payments`; its files are `/data/<name>.csv` and `.jsonl`. */
  readonly name: string;
  /** Empty for what belongs to no module. */
  readonly module: string;
  readonly title: string;
  readonly area: string;
  /** Columns of its CSV. */
  readonly keys: readonly string[];
}

export interface AboutCatalogue {
  /** Scheme and host under which it is read. */
  readonly base: string;
  readonly office: string;
  readonly licence: string;
  readonly contact?: string | undefined;
  /** Newest block; time in ms UTC. */
  readonly head: { readonly time: number };
}

const EU = 'http://publications.europa.eu/resource/authority';
const CONTEXT = {
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  dcatap: 'http://data.europa.eu/r5r/',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;
/** In the Commission's list of file types, and as media types (IANA). */
const FORMATS = [
  ['csv', 'CSV', 'text/csv'],
  ['jsonl', 'JSON', 'application/jsonl'],
] as const;

const id = (iri: string) => ({ '@id': iri });
const said = (value: string) => ({ '@value': value, '@language': 'en' });
const typed = (iri: string, type: string) => ({ '@id': iri, '@type': type });

/** Words of the Commission's vocabularies that are used here, as whoever reads only this file needs them. */
const CONCEPTS = [
  { '@id': `${EU}/data-theme`, '@type': 'skos:ConceptScheme', 'dct:title': said('Data theme') },
  { '@id': `${EU}/data-theme/GOVE`, '@type': 'skos:Concept', 'skos:prefLabel': said('Government and public sector') },
  { '@id': `${EU}/planned-availability/AVAILABLE`, '@type': 'skos:Concept', 'skos:prefLabel': said('available') },
];

/** JSON-LD 1.1. */
export function dataCatalogue(sets: readonly DataSet[], about: AboutCatalogue): object {
  const { base, office, licence, head } = about;
  const modified = { '@value': new Date(head.time).toISOString(), '@type': 'xsd:dateTime' };
  const publisher = `${base}/#office`;
  const shared = {
    'dct:publisher': id(publisher),
    'dct:accrualPeriodicity': typed(`${EU}/frequency/UPDATE_CONT`, 'dct:Frequency'),
    'dct:accessRights': typed(`${EU}/access-right/PUBLIC`, 'dct:RightsStatement'),
    'dct:modified': modified,
    ...(about.contact === undefined ? {} : { 'dcat:contactPoint': id(`${base}/#contact`) }),
  };
  const service = `${base}/data/catalog.jsonld#api`;
  const datasets = [...sets.map((set) => listDataset(set, about, service, shared)), logDataset(about, service, shared)];
  return {
    '@context': CONTEXT,
    '@graph': [
      { '@id': publisher, '@type': 'foaf:Agent', 'foaf:name': said(office) },
      ...(about.contact === undefined
        ? []
        : [
            {
              '@id': `${base}/#contact`,
              '@type': 'vcard:Organization',
              'vcard:fn': office,
              'vcard:hasEmail': id(`mailto:${about.contact}`),
            },
          ]),
      {
        '@id': `${base}/data/catalog.jsonld`,
        '@type': 'dcat:Catalog',
        'dct:title': said(`Open data of ${office}`),
        'dct:description': said(
          'Every public list of the office’s record, and the record itself, each with the checkpoint it is good for.',
        ),
        'dct:publisher': id(publisher),
        'dct:language': typed(`${EU}/language/ENG`, 'dct:LinguisticSystem'),
        'dct:license': typed(licence, 'dct:LicenseDocument'),
        'dct:modified': modified,
        'foaf:homepage': typed(`${base}/`, 'foaf:Document'),
        'dcat:themeTaxonomy': id(`${EU}/data-theme`),
        'dcat:dataset': datasets.map((dataset) => id(dataset['@id'])),
        'dcat:service': id(service),
      },
      {
        '@id': service,
        '@type': 'dcat:DataService',
        'dct:title': said(`The API of ${office}’s record`),
        'dct:description': said('Lists by filter, order and page; entries, receipts, facts and the log’s tiles (OpenAPI 3.1).'),
        'dcat:endpointURL': id(`${base}/api/v1`),
        'dcat:endpointDescription': id(`${base}/api/openapi.json`),
        'dcat:servesDataset': datasets.map((dataset) => id(dataset['@id'])),
        'dct:license': typed(licence, 'dct:LicenseDocument'),
        'dct:accessRights': typed(`${EU}/access-right/PUBLIC`, 'dct:RightsStatement'),
      },
      ...datasets.flatMap(({ files, ...dataset }) => [dataset, ...files]),
      ...CONCEPTS,
    ],
  };
}

interface Dataset {
  readonly '@id': string;
  readonly files: readonly object[];
  readonly [member: string]: unknown;
}

function listDataset(
  { name, title, area, keys }: DataSet,
  { base, office, licence }: AboutCatalogue,
  service: string,
  shared: object,
): Dataset {
  const iri = `${base}/data/${name}`;
  const files = FORMATS.map(([ending, format, media]) => ({
    '@id': `${iri}.${ending}`,
    '@type': 'dcat:Distribution',
    'dct:title': said(`${title} (${ending.toUpperCase()})`),
    'dct:description': said(`Columns: ${keys.join(', ')}.`),
    'dcat:accessURL': id(`${iri}.${ending}`),
    'dcat:downloadURL': id(`${iri}.${ending}`),
    'dct:format': typed(`${EU}/file-type/${format}`, 'dct:MediaTypeOrExtent'),
    'dcat:mediaType': typed(`https://www.iana.org/assignments/media-types/${media}`, 'dct:MediaType'),
    'dct:license': typed(licence, 'dct:LicenseDocument'),
    'dcatap:availability': id(`${EU}/planned-availability/AVAILABLE`),
    'dcat:accessService': id(service),
  }));
  return {
    '@id': iri,
    '@type': 'dcat:Dataset',
    'dct:title': said(`${title}: ${office}`),
    'dct:description': said(`${title} of ${office}, from the public record (${area}), row by row and as they stand now.`),
    'dct:identifier': iri,
    'dcat:keyword': [said(area), said(title)],
    'dcat:theme': id(`${EU}/data-theme/GOVE`),
    ...shared,
    'dcat:distribution': files.map((file) => id(file['@id'])),
    files,
  };
}

/** The log as C2SP tlog-tiles has it: all that was accepted, byte for byte. */
function logDataset({ base, office, licence }: AboutCatalogue, service: string, shared: object): Dataset {
  const iri = `${base}/log/`;
  const file = {
    '@id': `${base}/log/checkpoint#distribution`,
    '@type': 'dcat:Distribution',
    'dct:title': said('The log in tiles (C2SP tlog-tiles)'),
    'dct:description': said('The newest signed checkpoint; from its size follow the addresses of all tiles and entry bundles beside it.'),
    'dcat:accessURL': id(`${base}/log/checkpoint`),
    'dct:format': typed(`${EU}/file-type/BIN`, 'dct:MediaTypeOrExtent'),
    'dct:conformsTo': typed('https://c2sp.org/tlog-tiles', 'dct:Standard'),
    'dct:license': typed(licence, 'dct:LicenseDocument'),
    'dcat:accessService': id(service),
  };
  return {
    '@id': iri,
    '@type': 'dcat:Dataset',
    'dct:title': said(`The log: ${office}`),
    'dct:description': said(
      'Every accepted transaction as it was signed, under a Merkle tree whose checkpoints others have seen and signed.',
    ),
    'dct:identifier': iri,
    'dcat:keyword': [said('transparency log'), said('record')],
    'dcat:theme': id(`${EU}/data-theme/GOVE`),
    ...shared,
    'dcat:distribution': [id(file['@id'])],
    files: [file],
  };
}
