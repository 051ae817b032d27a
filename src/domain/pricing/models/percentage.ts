/** The price model `percentage`: a part of the money that the events carried; 0.029 is 2.9 % (MONEY.md 5.2). */
import { type CostModel, costPart } from './cost-part.ts';

export const percentage: CostModel = ({ rate }, { amount }) => [costPart('amount', amount, rate)];
