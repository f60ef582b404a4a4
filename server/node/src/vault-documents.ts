/** Documents of the vault, where a node keeps them (docs/operate/vault.md): a folder of the data directory or of its own, or a bucket. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Documents, FolderStore, openDocuments, type S3Place, S3Store, type Vault, type VirusScan } from '@tabularium/vault';
import type { DataDirectory } from './data-directory.ts';

export interface DocumentSettings {
  /** Default `documents` in the data directory. What is arriving lies there too, also where documents are kept in a bucket. */
  readonly dir?: string;
  readonly bucket?: S3Place;
  readonly scan?: VirusScan;
  /** Bytes of the largest document; default 1 GiB. */
  readonly sizeMax?: number;
}

export interface VaultDocumentsOptions {
  readonly place: DataDirectory;
  readonly vault: Vault;
  readonly origin: string;
  readonly settings: DocumentSettings;
  readonly clock: () => number;
  readonly report: (error: unknown) => void;
}

export function openVaultDocuments({ place, vault, origin, settings, clock, report }: VaultDocumentsOptions): Promise<Documents> {
  const { dir = join(place.dir, 'documents'), bucket, scan, sizeMax } = settings;
  const kept = join(dir, 'kept');
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  return openDocuments({
    ...{ database: vault.database, epochs: vault.epochs, origin, now: clock, report, scan },
    store: bucket === undefined ? new FolderStore(kept) : new S3Store(bucket),
    arriving: join(dir, 'arriving'),
    isErased: (handle) => vault.isErased(handle),
    ...(sizeMax === undefined ? {} : { limits: { sizeMax } }),
  });
}
