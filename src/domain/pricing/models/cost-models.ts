/** The price models by name; `inherit` costs nothing itself: the timeline looks through it. */
import type { PriceModel } from '../price.ts';
import type { CostModel } from './cost-part.ts';
import { flat } from './flat.ts';
import { graduated } from './graduated.ts';
import { packaged } from './package.ts';
import { passThrough } from './pass-through.ts';
import { perUnit } from './per-unit.ts';
import { percentage } from './percentage.ts';
import { volume } from './volume.ts';

export const costModels: Readonly<Record<Exclude<PriceModel, 'inherit'>, CostModel>> = {
  per_unit: perUnit,
  graduated,
  volume,
  package: packaged,
  flat,
  percentage,
  pass_through: passThrough,
};
