/** The price model `pass_through`: the money that the events carried, as it is (MONEY.md 5.2). */
import { oneFraction } from '../../../money/fraction.ts';
import { type CostModel, costPart } from './cost-part.ts';

export const passThrough: CostModel = (_terms, { amount }) => [costPart('amount', amount, oneFraction)];
