/** What a demo adds to the frame of every page; loaded only where the node says that it is a demo. */
export { DemoLine } from './demo-line.tsx';
export { Guide } from './guide.tsx';
