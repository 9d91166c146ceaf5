/** The SharedWorker that holds the one live connection of this browser. */
import { LiveHub, type FromHub, type Tab, type ToHub } from './live_hub';

interface Joined {
  ports: readonly MessagePort[];
}
/** With `lock`, the name of a Web Lock the tab holds while it lives: getting it means that the tab is gone. */
type FromTab = ToHub & { lock?: string };

const hub = new LiveHub();

(globalThis as unknown as { onconnect: (event: Joined) => void }).onconnect = (event) => {
  const port = event.ports[0];
  if (!port) return;
  const tab: Tab = { post: (message: FromHub) => port.postMessage(message) };
  let watched = false;
  port.onmessage = ({ data }: MessageEvent<FromTab>) => {
    if (data.type === 'views') hub.show(tab, data.views);
    else if (data.type === 'again') hub.again();
    else hub.leave(tab);
    if (data.lock && !watched && navigator.locks) {
      watched = true;
      void navigator.locks.request(data.lock, () => hub.leave(tab));
    }
  };
};
