/** The OpenAPI 3.1 document, made from the schemas that check requests, and a page to browse it without the internet. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** The page is all its own: no script, style, font or image from anywhere else. */
const contentSecurityPolicy =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'";

export async function addDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) => String(schema.$id ?? `schema-${index}`),
    },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Countinghouse',
        version: '1',
        description: 'Who used which microservice, how much, and what it cost: exactly, once, explained.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An API key (`countinghouse keys create`). On the machine of a server that listens on loopback none is ' +
              'needed, but one that is sent is checked. A route names the scope that its key needs; admin has them all.',
          },
        },
      },
      tags: [
        { name: 'events', description: 'Report usage and look at what is stored' },
        { name: 'usage', description: 'How much was used and what it cost' },
        { name: 'analysis', description: 'Questions over all customers' },
        { name: 'customers' },
        { name: 'services' },
        { name: 'meters' },
        { name: 'prices' },
        { name: 'keys', description: 'API keys: who may do what' },
        { name: 'statements', description: 'What customers owe, closed, hashed and explained' },
        { name: 'corrections' },
        { name: 'audit' },
        { name: 'health' },
      ],
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentSecurityPolicy,
    uiConfig: { validatorUrl: null },
    theme: {
      title: 'Countinghouse API',
      css: [{ filename: 'countinghouse.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
