/** Ask the browser to keep the application and not to throw away what this device holds. Absent over plain http: then a link is needed to open. */
export async function keepForOffline(): Promise<void> {
  await navigator.storage?.persist?.();
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  try {
    await navigator.serviceWorker.register('/sw.js', { scope: '/' });
  } catch (error) {
    // The page works all the same while there is a link; the outbox keeps entries either way.
    console.warn('The page cannot be kept for use without a link', error);
  }
}
