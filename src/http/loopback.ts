/**
 * Whether a request comes from this machine, as far as its headers tell. A server on loopback needs no key of those who
 * are on the machine; a proxy, or a web page of somebody else in a browser here, passes on what comes from outside.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** A name or address without a port; of IPv6 with or without its brackets. Nothing is resolved. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** Why these headers say that the request comes from elsewhere; null when they do not. */
export function signOfOutside(headers: IncomingHttpHeaders): string | null {
  const forwarding = Object.keys(headers).find(isForwarding);
  if (forwarding !== undefined) return `it was forwarded (${forwarding.slice(0, 64)})`;
  if (!isLoopbackHost(withoutPort(headers.host ?? ''))) return 'its Host is not this machine';
  const { origin } = headers;
  if (origin !== undefined && !isLoopbackOrigin(origin)) return 'its Origin is not this machine';
  return null;
}

const forwardingHeaders = new Set(['forwarded', 'via', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip']);

function isForwarding(name: string): boolean {
  return forwardingHeaders.has(name) || name.startsWith('x-forwarded-');
}

function withoutPort(host: string): string {
  return host.replace(/:\d{1,5}$/, '');
}

/** `null` is the origin of pages that hide theirs. */
function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname);
}
