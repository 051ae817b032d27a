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
import { type AskWhatIf, makeAskWhatIf } from './ask-what-if.ts';
import { type BrowseCorrections, makeBrowseCorrections } from './browse-corrections.ts';
import {
  type FindEvent,
  type ListEvents,
  makeFindEvent,
  makeListEvents,
  makeStreamEvents,
  type StreamEvents,
} from './browse-events.ts';
import { type BrowseRecords, makeBrowseRecords } from './browse-records.ts';
import { type BrowseStatements, makeBrowseStatements } from './browse-statements.ts';
import { type CloseAll, makeCloseAll } from './close-all.ts';
import { type ClosePeriods, makeClosePeriods } from './close-periods.ts';
import { type CompareSpans, makeCompareSpans } from './compare-spans.ts';
import type { Dependencies } from './dependencies.ts';
import { type DraftStatement, makeDraftStatement } from './draft-statement.ts';
import { type EncodeParquet, makeEncodeParquet } from './encode-parquet.ts';
import { type ExplainEvent, makeExplainEvent } from './explain-event.ts';
import { type ExplainLine, makeExplainLine } from './explain-line.ts';
import { type FindAnomalies, makeFindAnomalies } from './find-anomalies.ts';
import { type ForecastPeriod, makeForecastPeriod } from './forecast-period.ts';
import { type IdentifyCaller, makeIdentifyCaller } from './identify-caller.ts';
import { type ListSuspense, makeListSuspense } from './list-suspense.ts';
import { type ManageKeys, makeManageKeys } from './manage-keys.ts';
import { makePostCorrection, type PostCorrection } from './post-correction.ts';
import { makePostMeter, type PostMeter } from './post-meter.ts';
import { makePostPrice, type PostPrice } from './post-price.ts';
import { makePreviewCorrection, type PreviewCorrection } from './preview-correction.ts';
import { makePutCustomer, type PutCustomer } from './put-customer.ts';
import { makePutService, type PutService } from './put-service.ts';
import { makeRankUsage, type RankUsage } from './rank-usage.ts';
import { makeReportUsage, type ReportUsage } from './report-usage.ts';
import { makeVerifyStatements, type VerifyStatements } from './verify-statements.ts';

export interface UseCases {
  readonly reportUsage: ReportUsage;
  readonly putCustomer: PutCustomer;
  readonly archiveCustomer: ArchiveCustomer;
  readonly putService: PutService;
  readonly archiveService: ArchiveService;
  readonly postMeter: PostMeter;
  readonly postPrice: PostPrice;
  readonly askWhatIf: AskWhatIf;
  readonly postCorrection: PostCorrection;
  readonly previewCorrection: PreviewCorrection;
  readonly browseRecords: BrowseRecords;
  readonly browseCorrections: BrowseCorrections;
  readonly askUsage: AskUsage;
  readonly encodeParquet: EncodeParquet;
  readonly askCosts: AskCosts;
  readonly askCustomerUsage: AskCustomerUsage;
  readonly analyseCustomers: AnalyseCustomers;
  readonly rankUsage: RankUsage;
  readonly compareSpans: CompareSpans;
  readonly forecastPeriod: ForecastPeriod;
  readonly findAnomalies: FindAnomalies;
  readonly listEvents: ListEvents;
  readonly streamEvents: StreamEvents;
  readonly findEvent: FindEvent;
  readonly explainEvent: ExplainEvent;
  readonly listSuspense: ListSuspense;
  readonly identifyCaller: IdentifyCaller;
  readonly manageKeys: ManageKeys;
  readonly draftStatement: DraftStatement;
  readonly closePeriods: ClosePeriods;
  readonly closeAll: CloseAll;
  readonly browseStatements: BrowseStatements;
  readonly explainLine: ExplainLine;
  readonly verifyStatements: VerifyStatements;
}

export function makeUseCases(dependencies: Dependencies): UseCases {
  const closePeriods = makeClosePeriods(dependencies);
  return {
    reportUsage: makeReportUsage(dependencies),
    putCustomer: makePutCustomer(dependencies),
    archiveCustomer: makeArchiveCustomer(dependencies),
    putService: makePutService(dependencies),
    archiveService: makeArchiveService(dependencies),
    postMeter: makePostMeter(dependencies),
    postPrice: makePostPrice(dependencies),
    askWhatIf: makeAskWhatIf(dependencies),
    postCorrection: makePostCorrection(dependencies),
    previewCorrection: makePreviewCorrection(dependencies),
    browseRecords: makeBrowseRecords(dependencies),
    browseCorrections: makeBrowseCorrections(dependencies),
    askUsage: makeAskUsage(dependencies),
    encodeParquet: makeEncodeParquet(dependencies),
    askCosts: makeAskCosts(dependencies),
    askCustomerUsage: makeAskCustomerUsage(dependencies),
    analyseCustomers: makeAnalyseCustomers(dependencies),
    rankUsage: makeRankUsage(dependencies),
    compareSpans: makeCompareSpans(dependencies),
    forecastPeriod: makeForecastPeriod(dependencies),
    findAnomalies: makeFindAnomalies(dependencies),
    listEvents: makeListEvents(dependencies),
    streamEvents: makeStreamEvents(dependencies),
    findEvent: makeFindEvent(dependencies),
    explainEvent: makeExplainEvent(dependencies),
    listSuspense: makeListSuspense(dependencies),
    identifyCaller: makeIdentifyCaller(dependencies),
    manageKeys: makeManageKeys(dependencies),
    draftStatement: makeDraftStatement(dependencies),
    closePeriods,
    closeAll: makeCloseAll(dependencies, closePeriods),
    browseStatements: makeBrowseStatements(dependencies),
    explainLine: makeExplainLine(dependencies),
    verifyStatements: makeVerifyStatements(dependencies),
  };
}
