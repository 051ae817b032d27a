/**
 * Works through a list with several at once. It keeps no order among those that run, and it does not try again:
 * after a failure nothing new is started, and the failure is thrown when all that ran have ended.
 */
export async function forEachInFlight<T>(
  items: readonly T[],
  inFlightMax: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const failures: unknown[] = [];
  const work = async () => {
    for (const item of rest) {
      if (failures.length > 0) return;
      try {
        await act(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlightMax, items.length) }, work));
  if (failures.length > 0) throw failures[0];
}
