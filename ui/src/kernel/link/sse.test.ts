import { expect, it } from 'vitest';
import { EventReader } from './sse';

const STREAM = ': hello\n\nevent: rows\nid: 7\ndata: {"a":\ndata: 1}\n\nevent: beat\r\ndata: {}\r\n\r\ndata: plain\n\n';
const EVENTS = [
  { event: 'rows', data: '{"a":\n1}', id: '7' },
  { event: 'beat', data: '{}', id: null },
  { event: 'message', data: 'plain', id: null },
];

it('reads the same events however the bytes are cut', () => {
  for (let size = 1; size <= STREAM.length; size += 1) {
    const reader = new EventReader();
    const got = [];
    for (let i = 0; i < STREAM.length; i += size) got.push(...reader.feed(STREAM.slice(i, i + size)));
    expect(got).toEqual(EVENTS);
  }
});
