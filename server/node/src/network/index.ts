/** The door for those who run several nodes in one place: demos, fault runs, figures. */

export { DemoOfficers } from '../demo-officers.ts';
export { type AgencyNode, makeAgencyNode } from './agency-keys.ts';
export { cometProgram, whyNoComet } from './comet-program.ts';
export { agenciesOf, amendCharter, foundDemoNetwork } from './demo-network.ts';
export { joinNetwork } from './join-network.ts';
export { LocalNetwork, type LocalNetworkEvents, type LocalNode, layOutNetwork, localNodes } from './local-network.ts';
export type { NetworkSettings } from './network.ts';
export { rejoinNetwork } from './rejoin-network.ts';
export { type Amendment, amendmentFor, amendmentWithout, bodyOf } from './term-amendment.ts';
