/** What fault runs put between nodes: links that can be cut, healed and slowed. */
export { type Cut, Link } from './link.ts';
export { Links } from './links.ts';
