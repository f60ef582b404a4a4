/** The demo town in a process of its own, told where to lie; it says at which address it is, and ends when nobody listens to it any more. */
import { newTown } from '../town.ts';

const FEW_STEPS = 20;
const [, , dir = ''] = process.argv;
const town = await newTown(dir, FEW_STEPS);
process.send!({ url: town.node.url });
process.once('disconnect', () => void town.close());
