/** A node: founding a ledger, running it, and what can be done with its data directory. */
export { type AuditReport, auditLedger } from './audit/audit-ledger.ts';
export { DirectorySource } from './audit/directory-source.ts';
export { openAuditedVault } from './audit/vault-source.ts';
export { BUILT_PORTAL } from './built-portal.ts';
export { type FoundingNode, type FoundOptions, foundLedger } from './found-ledger.ts';
export { PROFILES, type ProfileChoices, type ProfileName, profileDraft } from './founding-profiles.ts';
export { cometProgram } from './network/comet-program.ts';
export { EXIT_CODES, type FaultCode, NodeFault } from './node-fault.ts';
export { type RunningSandbox, runSandbox, type SandboxOptions } from './sandbox/run-sandbox.ts';
export { type BackupChoices, backupNode, type NodeStatus, type RunningNode, type StartOptions, startNode } from './start-node.ts';
