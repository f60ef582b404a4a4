/** Frames come out as they went in, however the stream is cut; a length that no message has is not waited for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FrameReader, frame } from './abci-frames.ts';

test('messages come back whole and in order, wherever the stream was cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), fc.infiniteStream(fc.integer({ min: 1, max: 200 })), (messages, cuts) => {
      const stream = Buffer.concat(messages.map(frame));
      const reader = new FrameReader();
      const read: Uint8Array[] = [];
      for (let at = 0; at < stream.length; ) {
        const to = at + cuts.next().value!;
        read.push(...reader.push(stream.subarray(at, to)));
        at = to;
      }
      assert.deepEqual(read.map(Buffer.from), messages.map(Buffer.from));
    }),
  );
});

test('a length is a varint: 300 bytes follow AC 02', () => {
  assert.deepEqual([...frame(new Uint8Array(300)).subarray(0, 3)], [0xac, 0x02, 0]);
});

test('rubbish is refused, and memory is not kept for it', () => {
  for (const rubbish of [
    [0xff, 0xff, 0xff, 0xff, 0xff],
    [0xff, 0xff, 0xff, 0xff, 0x0f],
    [0x81, 0x80, 0x80, 0x20],
  ]) {
    assert.throws(() => new FrameReader().push(Uint8Array.from(rubbish)), RangeError);
  }
});
