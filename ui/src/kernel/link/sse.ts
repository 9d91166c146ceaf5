/** Reading `text/event-stream` (WHATWG server-sent events) from a fetch body, so that we own headers, aborts and statuses. */
export interface StreamEvent {
  event: string;
  data: string;
  id: string | null;
}

/** Feed it text as it arrives; it gives the events that are complete. */
export class EventReader {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private id: string | null = null;

  feed(text: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.rest += text;
    // A lone CR at the end may be half of a CRLF: wait for the next piece.
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (this.data.length > 0) events.push({ event: this.event || 'message', data: this.data.join('\n'), id: this.id });
        this.event = '';
        this.data = [];
        this.id = null;
        continue;
      }
      const colon = line.indexOf(':');
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') this.event = value;
      else if (field === 'data') this.data.push(value);
      else if (field === 'id') this.id = value;
    }
    return events;
  }
}
