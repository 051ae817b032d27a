/** Whether a customer has, or ever had, an event that carries an amount. */
import type { Statement } from '../connection.ts';
import { correctionsTable } from '../corrections-schema.ts';
import { usageTable } from '../schema.ts';

export function hasAmountStatement(customerId: string): Statement {
  return {
    sql: `SELECT 1 FROM (
  SELECT 1 FROM ${usageTable} WHERE customer_id = {customer:String} AND amount IS NOT NULL LIMIT 1
  UNION ALL
  SELECT 1 FROM ${correctionsTable} WHERE customer_id = {customer:String} AND amount IS NOT NULL LIMIT 1
) LIMIT 1`,
    params: { customer: customerId },
  };
}
