/** A directory in which one command at a time makes or moves files. */
import { DirectoryInUse } from '@tabularium/engine-port';
import { type DirectoryLock, lockDirectory } from '@tabularium/store';
import { NodeFault } from './node-fault.ts';

/** Throws `NodeFault` `directory-in-use`. */
export function lockFor(dir: string): DirectoryLock {
  try {
    return lockDirectory(dir);
  } catch (cause) {
    throw cause instanceof DirectoryInUse ? new NodeFault('directory-in-use', cause.message, { cause }) : cause;
  }
}
