/** FNV-1a: any hash of 64 bits will do in tests of the pipeline. */
export function hashOf(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const one of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(one)) * 0x100000001b3n);
  return hash;
}
