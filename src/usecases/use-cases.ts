/** All use cases together, as the edge gets them. */
import { type AnalyseCustomers, makeAnalyseCustomers } from './analyse-customers.ts';
import {
  type ArchiveCustomer,
  type ArchiveService,
  makeArchiveCustomer,
  makeArchiveService,
} from './archive-record.ts';
import { type AskCosts, makeAskCosts } from './ask-costs.ts';
import { type AskCustomerUsage, makeAskCustomerUsage } from './ask-customer-usage.ts';
import { type AskUsage, makeAskUsage } from './ask-usage.ts';
import { type BrowseCorrections, makeBrowseCorrections } from './browse-corrections.ts';
import { type FindEvent, type ListEvents, makeFindEvent, makeListEvents } from './browse-events.ts';
import { type BrowseRecords, makeBrowseRecords } from './browse-records.ts';
import type { Dependencies } from './dependencies.ts';
import { type ListSuspense, makeListSuspense } from './list-suspense.ts';
import { makePostCorrection, type PostCorrection } from './post-correction.ts';
import { makePostMeter, type PostMeter } from './post-meter.ts';
import { makePostPrice, type PostPrice } from './post-price.ts';
import { makePutCustomer, type PutCustomer } from './put-customer.ts';
import { makePutService, type PutService } from './put-service.ts';
import { makeReportUsage, type ReportUsage } from './report-usage.ts';

export interface UseCases {
  readonly reportUsage: ReportUsage;
  readonly putCustomer: PutCustomer;
  readonly archiveCustomer: ArchiveCustomer;
  readonly putService: PutService;
  readonly archiveService: ArchiveService;
  readonly postMeter: PostMeter;
  readonly postPrice: PostPrice;
  readonly postCorrection: PostCorrection;
  readonly browseRecords: BrowseRecords;
  readonly browseCorrections: BrowseCorrections;
  readonly askUsage: AskUsage;
  readonly askCosts: AskCosts;
  readonly askCustomerUsage: AskCustomerUsage;
  readonly analyseCustomers: AnalyseCustomers;
  readonly listEvents: ListEvents;
  readonly findEvent: FindEvent;
  readonly listSuspense: ListSuspense;
}

export function makeUseCases(dependencies: Dependencies): UseCases {
  return {
    reportUsage: makeReportUsage(dependencies),
    putCustomer: makePutCustomer(dependencies),
    archiveCustomer: makeArchiveCustomer(dependencies),
    putService: makePutService(dependencies),
    archiveService: makeArchiveService(dependencies),
    postMeter: makePostMeter(dependencies),
    postPrice: makePostPrice(dependencies),
    postCorrection: makePostCorrection(dependencies),
    browseRecords: makeBrowseRecords(dependencies),
    browseCorrections: makeBrowseCorrections(dependencies),
    askUsage: makeAskUsage(dependencies),
    askCosts: makeAskCosts(dependencies),
    askCustomerUsage: makeAskCustomerUsage(dependencies),
    analyseCustomers: makeAnalyseCustomers(dependencies),
    listEvents: makeListEvents(dependencies),
    findEvent: makeFindEvent(dependencies),
    listSuspense: makeListSuspense(dependencies),
  };
}
