/** The price model `flat`: a sum a period whatever the quantity, prorated by the version's part of it (MONEY.md 5.3). */
import { type CostModel, costPart } from './cost-part.ts';

export const flat: CostModel = ({ flatAmount }, { share, flatCharged }) =>
  flatCharged ? [costPart('flat', share, flatAmount)] : [];
