/** Whether a customer has any event that carries an amount. */
import type { Statement } from '../connection.ts';
import { usageTable } from '../schema.ts';

export function hasAmountStatement(customerId: string): Statement {
  return {
    sql: `SELECT 1 FROM ${usageTable} WHERE customer_id = {customer:String} AND amount IS NOT NULL LIMIT 1`,
    params: { customer: customerId },
  };
}
