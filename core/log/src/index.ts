/** What the room offers: the log’s tree and tiles, checkpoints and policies, the state tree and its proofs, receipts and facts as text. */
export {
  ACCESS_SALT_BYTES,
  type AccessLeaf,
  type AccessRow,
  accessCaseSalt,
  accessLeaf,
  accessLeafHash,
  type ShownAccess,
  verifyShownAccess,
} from './access-row.ts';
export { isLedgerName, isTrainingOrigin, origin } from './charter-origin.ts';
export { type CheckpointCode, type Cosigner, checkPolicy, type PolicyCheck } from './check-policy.ts';
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
export { checkSignature, cosignatureLine, cosignedMessage, logSignatureLine, type SignatureCheck } from './cosignature.ts';
export {
  type Fact,
  type FactBundle,
  type FactCode,
  type FactResult,
  formatFact,
  MAX_FACT_LENGTH,
  makeFact,
  parseFact,
  type StateRecord,
  stateProof,
} from './fact.ts';
export {
  type AbsenceProof,
  type CommitmentProof,
  decodeStateProof,
  type ExistenceProof,
  encodeStateProof,
  existenceProof,
  type InnerStep,
  MAX_STATE_PROOF_BYTES,
  verifyAbsence,
  verifyExistence,
} from './ics23.ts';
export { type FullTile, LogTree, type ReadTile, splitPoint } from './log-tree.ts';
export { emptyRoot, HASH_LENGTH, leafHash, nodeHash, type Sha256 } from './merkle-hash.ts';
export { type ConsistencyClaim, type InclusionClaim, verifyConsistency, verifyInclusion } from './merkle-proof.ts';
export {
  addSignature,
  formatNote,
  formatVkey,
  isBy,
  isKeyName,
  MAX_NOTE_LENGTH,
  MAX_NOTE_SIGNATURES,
  type Note,
  type NoteSignature,
  parseNote,
  parseSignatureLines,
  parseVkey,
  type SignatureType,
  signatureLine,
  type VerifierKey,
  verifierKey,
} from './note.ts';
export {
  formatPolicy,
  MAX_POLICY_LENGTH,
  NO_QUORUM,
  type Policy,
  type PolicyCode,
  type PolicyGroup,
  type PolicyLog,
  type PolicyResult,
  type PolicyText,
  type PolicyWitness,
  parsePolicy,
} from './policy.ts';
export { TLOG_PROOF_PATTERN, VKEY_PATTERN } from './proof-form.ts';
export { formatReceipt, parseReceipt, type Receipt, type ReceiptCode, type ReceiptResult } from './receipt.ts';
export { formatSeal, NO_SEAL, parseSeal, type Seal } from './seal.ts';
export { type StateProof, StateTree, stateLeafHash, type TreeChange, type TreeLeaf, type TreePath } from './state-tree.ts';
export { TILE_BYTES, TILE_WIDTH } from './tile-nodes.ts';
export { decodeEntryBundle, encodeEntryBundle, MAX_LEAF_BYTES, parseTilePath, type TileName, tilePath } from './tiles.ts';
export { formatTlogProof, MAX_PROOF_HASHES, MAX_PROOF_LENGTH, parseTlogProof, type TlogProof } from './tlog-proof.ts';
export { formatWitnessRequest, parseWitnessRequest, type WitnessRequest } from './witness-request.ts';
