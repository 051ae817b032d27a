/** Usage of unknown customers or services, summed by (customer, service), a page at a time. */
import type { SuspenseQuery } from '../../usage-store.ts';
import type { ParameterValue, Statement } from '../connection.ts';
import { makePlaceholders } from './placeholders.ts';
import { type SourceView, sourceSettings, usageSource } from './usage-source.ts';

export type SuspenseRowText = readonly [
  customerId: string,
  service: string,
  quantity: string,
  events: number,
  firstTimeMs: number,
  lastTimeMs: number,
];

export function listSuspenseStatement(query: SuspenseQuery, view: SourceView): Statement {
  const texts = [
    '(customer_id NOT IN ({customers:Array(String)}) OR service NOT IN ({services:Array(String)}))',
  ];
  const params: Record<string, ParameterValue> = {
    customers: query.knownCustomers,
    services: query.knownServices,
    page_size: query.limit,
  };
  if (query.after !== null) {
    texts.push('customer_id >= {after_customer:String}');
    texts.push('(customer_id > {after_customer:String} OR service > {after_service:String})');
    params.after_customer = query.after.customerId;
    params.after_service = query.after.service;
  }
  const values = makePlaceholders();
  return {
    sql: `SELECT customer_id, service, toString(sum(toDecimal256(quantity, 12))), count(),
  toUnixTimestamp64Milli(min(time)), toUnixTimestamp64Milli(max(time))
FROM ${usageSource(texts, view, values)}
GROUP BY customer_id, service
ORDER BY customer_id, service
LIMIT {page_size:UInt64}`,
    params: { ...params, ...values.params },
    settings: sourceSettings,
  };
}
