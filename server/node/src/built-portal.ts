/** Where `tools/build-portal.sh` puts the portal: for those who start a node for people. Where nothing was built, pages are plain. */
import { fileURLToPath } from 'node:url';

export const BUILT_PORTAL: string = fileURLToPath(new URL('../../../clients/portal/dist', import.meta.url));
