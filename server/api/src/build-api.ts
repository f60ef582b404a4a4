/**
 * The HTTP API, put together: a Fastify instance that is ready to listen. It owns nothing: engine, store, projections
 * and texts are the caller's, and outlive it.
 */

import swagger from '@fastify/swagger';
import { CertificateMaker } from '@tabularium/certificates';
import type { ModuleDefinition } from '@tabularium/kernel';
import { isTrainingOrigin } from '@tabularium/log';
import { type PortalFiles, tellingOf } from '@tabularium/pages';
import { makeSchema, type Projections } from '@tabularium/projections';
import type { Crypto } from '@tabularium/protocol';
import type { Staff } from '@tabularium/sessions';
import type { Texts } from '@tabularium/texts';
import type { Vault } from '@tabularium/vault';
import type { FastifyInstance } from 'fastify';
import type { ApiParts } from './api-parts.ts';
import { addCertificateRoutes } from './certificate-routes.ts';
import { type AboutData, addDataRoutes, LICENCE } from './data-routes.ts';
import { addDataTrackerRoutes, type TrackerParts } from './data-tracker-routes.ts';
import { addDeskRoutes } from './desk-routes.ts';
import { addDocumentRoutes, type DocumentParts } from './document-routes.ts';
import { addFeedRoutes } from './feed-routes.ts';
import { addFeedbackRoute, type KeepFeedback } from './feedback-routes.ts';
import { type HttpServerOptions, makeHttpServer } from './http-server.ts';
import { addInventedOfficers, type InventedOfficer } from './invented-officers.ts';
import { addLanguages } from './language.ts';
import type { LedgerDoor } from './ledger-door.ts';
import { addLedgerRoutes } from './ledger-routes.ts';
import { addLogRoutes } from './log-routes.ts';
import { isMembersLog, membersOnly } from './members-guard.ts';
import { addModuleRoutes } from './module-routes.ts';
import { addNodeRoutes } from './node-routes.ts';
import { NOTHING_WATCHED, type NodeFigures } from './node-watch.ts';
import { addOfficeRoutes } from './office-routes.ts';
import { swaggerOptions } from './openapi.ts';
import { OutcomeAnswers } from './outcome-answer.ts';
import { OutcomeCounters } from './outcome-counters.ts';
import { addPageRoutes } from './page-routes.ts';
import { addRateLimits, WRITES_PER_MINUTE } from './rate-limits.ts';
import { Reads } from './reads.ts';
import { RefusalKeeper } from './refusal-keeper.ts';
import { RuleBook } from './rule-book.ts';
import { addSearchRoute } from './search-route.ts';
import { SharedAnswers } from './shared-answers.ts';
import { addStaffRoutes } from './staff-routes.ts';
import { addStoryRoutes } from './story-routes.ts';
import { Submitter } from './submitter.ts';
import { addTextRoutes } from './text-routes.ts';
import { addTransactionRoutes } from './transaction-routes.ts';
import { addVaultRoutes, type VaultRouteParts } from './vault-routes.ts';

/** What routes are added to. */
export type HttpApp = FastifyInstance;

export interface ApiOptions extends HttpServerOptions {
  readonly door: LedgerDoor;
  readonly catalogue: readonly ModuleDefinition[];
  readonly projections: Projections;
  readonly texts: Texts;
  /** What is known of people; without it, personal disclosures are refused. */
  readonly vault?: Vault | undefined;
  readonly crypto: Crypto;
  readonly portal?: PortalFiles | undefined;
  /** How the node is besides its ledger; nothing is told without it. */
  readonly watch?: (() => NodeFigures) | undefined;
  /** What the office says of its open data, and where it can be written to. */
  readonly about?: Partial<AboutData> | undefined;
  /** Where people’s words about the pages go; without it, none are taken. */
  readonly feedback?: KeepFeedback | undefined;
  /** By which people reach the pages, where that is not what their request says. */
  readonly publicUrl?: URL | undefined;
  /** In a demo, whom a page can be. */
  readonly invented?: readonly InventedOfficer[] | undefined;
  /** Who is let in as staff; nobody where the office has not said. */
  readonly staff?: Staff | undefined;
  /** ms UTC; default the machine's. */
  readonly clock?: (() => number) | undefined;
  /** Writing requests that one address may make each minute; 0 for no limit. */
  readonly writesPerMinute?: number | undefined;
  /** Documents of cases, where there is a vault. */
  readonly documents?: DocumentParts | undefined;
  /** Reading what the vault holds, and who read it. */
  readonly vaultReads?: VaultRouteParts | undefined;
  /** Estonia’s Data Tracker over who read it. */
  readonly tracker?: TrackerParts | undefined;
  /** Adds what only whoever runs this node has, a demo its doors; an office's node has nothing of it. */
  readonly addRoutes?: ((app: HttpApp) => void) | undefined;
  /** Told of failures that no request waits for (a refusal that could not be kept). */
  readonly report?: (error: unknown) => void;
}

/** Builds the API; the caller calls `listen` and `close`. */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const { door, catalogue, projections, texts, vault, crypto, report = () => {} } = options;
  const app = makeHttpServer(options);
  await addRateLimits(app, options.writesPerMinute ?? WRITES_PER_MINUTE);
  const rules = new RuleBook(catalogue);
  const refusals = new RefusalKeeper(door, rules, report);
  const parts: ApiParts = {
    door,
    catalogue,
    projections,
    texts,
    crypto,
    rules,
    refusals,
    answers: new OutcomeAnswers(door, refusals),
    submitter: new Submitter({ door, texts, holdings: vault?.holdings, catalogue, crypto }),
    reads: new Reads(door, projections),
    shared: new SharedAnswers(projections),
    counters: new OutcomeCounters(),
    certificates: new CertificateMaker(),
    telling: tellingOf({ ledger: door, catalogue, projections, texts, crypto }),
    portal: options.portal,
    // Those who train are led through by tasks, not by a demo's story.
    isDemo: options.invented !== undefined && !isTrainingOrigin(door.origin),
    publicUrl: options.publicUrl,
    watch: options.watch ?? NOTHING_WATCHED,
    pending: new Set(),
  };
  addLanguages(app);
  if (isMembersLog(door)) app.addHook('onRequest', membersOnly({ door, crypto, clock: options.clock ?? Date.now }));
  await app.register(swagger, swaggerOptions(catalogue, door.origin));
  addTransactionRoutes(app, parts);
  addLedgerRoutes(app, parts);
  addCertificateRoutes(app, parts);
  addLogRoutes(app, parts);
  addFeedRoutes(app, parts);
  addTextRoutes(app, parts);
  const schema = makeSchema(catalogue);
  addModuleRoutes(app, parts, schema);
  addDataRoutes(app, parts, schema, { licence: LICENCE, ...options.about });
  addStoryRoutes(app, parts);
  addDeskRoutes(app, parts);
  addOfficeRoutes(app, parts);
  addSearchRoute(app, parts);
  addNodeRoutes(app, parts, options.staff);
  addPageRoutes(app, parts, options.about?.contact);
  addFeedbackRoute(app, options.feedback);
  addStaffRoutes(app, options.staff);
  if (options.documents !== undefined) addDocumentRoutes(app, options.documents);
  if (options.vaultReads !== undefined) addVaultRoutes(app, options.vaultReads);
  if (options.tracker !== undefined) addDataTrackerRoutes(app, options.tracker);
  if (options.invented !== undefined) addInventedOfficers(app, options.invented);
  options.addRoutes?.(app);
  app.addHook('onClose', () => refusals.flush());
  app.addHook('onClose', () => parts.certificates.close());
  return app;
}
