/**
 * The HTTP edge: one Fastify application over the use cases. It reads and checks requests, and translates; it decides
 * nothing about usage or money. It opens no port: `inject` answers in-process.
 */
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { limits } from '../limits.ts';
import type { UseCases } from '../usecases/use-cases.ts';
import { answerNotFound, makeAnswerError } from './answer-errors.ts';
import { addAskedForAlone } from './asked-for-alone.ts';
import { addBodyParser } from './body-parser.ts';
import { makeAnswerBroken } from './broken-request.ts';
import { checkAccess } from './check-access.ts';
import { compileSchema } from './check-request.ts';
import { makeConnections } from './connections.ts';
import { addDocs } from './docs.ts';
import { addLargeAnswers } from './large-answers.ts';
import { addMethodNotAllowed } from './method-not-allowed.ts';
import { logRequests } from './request-log.ts';
import { analysisRoutes } from './routes/analysis.ts';
import { auditRoutes } from './routes/audit.ts';
import { closeGroupRoutes } from './routes/close-groups.ts';
import { correctionRoutes } from './routes/corrections.ts';
import { eventRoutes } from './routes/events.ts';
import { explainEventRoute } from './routes/explain-event.ts';
import { type Health, healthRoutes } from './routes/health.ts';
import { keyRoutes } from './routes/keys.ts';
import { meterRoutes } from './routes/meters.ts';
import { type Metrics, metricsRoute } from './routes/metrics.ts';
import { priceRoutes } from './routes/prices.ts';
import { questionRoutes } from './routes/questions.ts';
import { customerRoutes, serviceRoutes } from './routes/records.ts';
import { statementLineRoutes } from './routes/statement-lines.ts';
import { statementRoutes } from './routes/statements.ts';
import { trendRoutes } from './routes/trends.ts';
import { Problem } from './schemas/shared.ts';
import { makeTroubleLog } from './trouble-log.ts';
import { type RequestObserver, watchRequests } from './watch-requests.ts';

export interface AppOptions {
  readonly useCases: UseCases;
  readonly health: Health;
  readonly metrics: Metrics & RequestObserver;
  readonly logger: FastifyBaseLogger;
  readonly newRequestId: () => string;
  /** The token that commands on this machine send. */
  readonly localToken: string;
  /** Other machines can reach the port: every request needs a key. */
  readonly reachable: boolean;
}

export async function makeApp(options: AppOptions): Promise<FastifyInstance> {
  const { logger, newRequestId, localToken, reachable, useCases } = options;
  const connections = makeConnections();
  const log = makeTroubleLog(logger, limits.troubleLogEveryMs);
  const answerError = makeAnswerError(log);
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newRequestId,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    // Fastify's own 503 is no problem document; what still arrives during a stop is simply answered.
    return503OnClosing: false,
    clientErrorHandler: makeAnswerBroken({ connections, log, newRequestId }),
    frameworkErrors: answerError,
    routerOptions: { maxParamLength: limits.pathParameterLengthMax },
    exposeHeadRoutes: true,
  });
  app.server.headersTimeout = limits.headersTimeoutMs;
  app.setValidatorCompiler(({ schema }) => compileSchema(schema as object));
  // Answers are made whole by the routes; a serializer that drops what its schema lacks would hide mistakes.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  app.addHook('onClose', async () => log.flush());
  connections.track(app);
  addBodyParser(app);
  logRequests(app);
  watchRequests(app, options.metrics);
  addLargeAnswers(app);
  letConnectionsGo(app);
  const assertAccess = checkAccess(app, { ...useCases, localToken, reachable });
  connections.takeTurns(app, limits);
  const lockMethods = addMethodNotAllowed(app);
  addAskedForAlone(app);
  await addDocs(app);
  app.addSchema(Problem);
  addRoutes(app, options);
  assertAccess();
  lockMethods();
  await app.ready();
  return app;
}

/** An answer that leaves during the stop ends its connection: idle, it would hold the stop up until its client let go. */
function letConnectionsGo(app: FastifyInstance): void {
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onSend', async (_, reply) => {
    if (stopping) void reply.header('connection', 'close');
  });
}

function addRoutes(app: FastifyInstance, { useCases, health, metrics }: AppOptions): void {
  eventRoutes(app, useCases);
  explainEventRoute(app, useCases);
  customerRoutes(app, useCases);
  serviceRoutes(app, useCases);
  meterRoutes(app, useCases);
  priceRoutes(app, useCases);
  correctionRoutes(app, useCases);
  auditRoutes(app, useCases);
  questionRoutes(app, useCases);
  analysisRoutes(app, useCases);
  keyRoutes(app, useCases);
  trendRoutes(app, useCases);
  statementRoutes(app, useCases);
  statementLineRoutes(app, useCases);
  closeGroupRoutes(app, useCases);
  healthRoutes(app, health);
  metricsRoute(app, metrics);
}
