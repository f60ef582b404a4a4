/**
 * Sealed documents in a bucket: the few calls of the S3 API (REST, version 2006-03-01) that a put in parts, a read and a removal need, signed by
 * `aws4fetch` (Signature Version 4). An object is there when its parts were completed, and not before; parts that a crash left are aborted at the
 * next opening. Of the answers only names that this store gave, or numbers of uploads, are read, so no XML parser is needed.
 */
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { AwsClient } from 'aws4fetch';
import type { DocumentStore } from './document-store.ts';
import { isThere } from './durable-file.ts';

export interface S3Place {
  /** `https://s3.example/bucket` or `https://s3.example/bucket/prefix`: path style. */
  readonly url: URL;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A bucket's address and the variables that S3's own tools read; nothing where they do not name one and who may use it. */
export function s3PlaceOf(address: string, env: Readonly<Record<string, string | undefined>>): S3Place | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region = 'us-east-1' } = env;
  const url = URL.parse(address);
  const isBucket = url !== null && /^https?:$/.test(url.protocol) && url.pathname.length > 1 && url.search === '' && url.username === '';
  return isBucket && accessKeyId !== undefined && secretAccessKey !== undefined ? { url, region, accessKeyId, secretAccessKey } : undefined;
}

/** Parts but the last are at least 5 MiB, and at most 10,000: room for 80 GiB, with the memory of one part. */
const PART_BYTES = 8 * 1024 * 1024;
const ROUNDS_MAX = 100;
const RETRIES = 3;

/** The bucket answered as it should not. */
export class S3Refused extends Error {
  override readonly name = 'S3Refused';
}

export class S3Store implements DocumentStore {
  readonly #client: AwsClient;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ url, region, accessKeyId, secretAccessKey }: S3Place) {
    const [bucket = '', ...prefix] = url.pathname.split('/').filter((part) => part !== '');
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: RETRIES });
    this.#bucket = `${url.origin}/${bucket}`;
    this.#prefix = prefix.map((part) => `${part}/`).join('');
  }

  async take(id: string, file: string): Promise<void> {
    if (!(await isThere(file))) {
      // Taken before a crash, which the file outlives by nothing.
      if ((await this.#ask('HEAD', this.#object(id), [200, 404])).status === 200) return;
    }
    const started = await (await this.#ask('POST', `${this.#object(id)}?uploads=`, [200])).text();
    const upload = /<UploadId>([^<]{1,2000})<\/UploadId>/.exec(started)?.[1];
    if (upload === undefined) throw new S3Refused('no upload was begun');
    const address = `${this.#object(id)}?uploadId=${encodeURIComponent(textOf(upload))}`;
    try {
      const tags = await this.#putParts(address, file);
      const parts = tags.map((tag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
      const completed = await this.#ask('POST', address, [200], `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
      // It may fail after it has answered 200.
      if (!(await completed.text()).includes('<CompleteMultipartUploadResult')) throw new S3Refused('an upload was not completed');
    } catch (error) {
      await this.#ask('DELETE', address, [204, 404]).catch(() => undefined);
      throw error;
    }
    await rm(file, { force: true });
  }

  async open(id: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const found = await this.#ask('GET', this.#object(id), [200, 404]);
    if (found.status === 200 && found.body !== null) return found.body;
    await found.body?.cancel();
    return undefined;
  }

  async remove(id: string): Promise<void> {
    await this.#ask('DELETE', this.#object(id), [204, 404]);
  }

  async sweep(): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const listed = await (await this.#ask('GET', `${this.#bucket}?uploads=&prefix=${encodeURIComponent(this.#prefix)}`, [200])).text();
      const found = [...listed.matchAll(/<Upload>.*?<\/Upload>/gs)].map(([one]) => ({
        key: textOf(/<Key>([^<]+)<\/Key>/.exec(one)?.[1] ?? ''),
        upload: textOf(/<UploadId>([^<]+)<\/UploadId>/.exec(one)?.[1] ?? ''),
      }));
      if (found.length === 0) return;
      for (const { key, upload } of found) {
        const path = key.split('/').map(encodeURIComponent).join('/');
        await this.#ask('DELETE', `${this.#bucket}/${path}?uploadId=${encodeURIComponent(upload)}`, [204, 404]);
      }
    }
  }

  async #putParts(address: string, path: string): Promise<readonly string[]> {
    const tags: string[] = [];
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(PART_BYTES);
      for (;;) {
        const part = buffer.subarray(0, await fill(file, buffer, tags.length * PART_BYTES));
        if (part.length === 0 && tags.length > 0) return tags;
        const put = await this.#ask('PUT', `${address}&partNumber=${tags.length + 1}`, [200], part);
        await put.body?.cancel();
        tags.push(put.headers.get('etag') ?? '');
        if (part.length < PART_BYTES) return tags;
      }
    } finally {
      await file.close();
    }
  }

  async #ask(method: string, address: string, expected: readonly number[], body?: string | Buffer): Promise<Response> {
    const headers = {
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    };
    const answer = await this.#client.fetch(address, { method, headers, ...(body === undefined ? {} : { body }) });
    if (expected.includes(answer.status)) return answer;
    await answer.body?.cancel();
    throw new S3Refused(`${method} was answered ${answer.status}`);
  }

  #object(id: string): string {
    return `${this.#bucket}/${this.#prefix}${id}`;
  }
}

async function fill(file: Awaited<ReturnType<typeof open>>, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** What stands in XML for it. */
function textOf(xml: string): string {
  return xml.replace(/&(amp|lt|gt|quot|apos|#34|#39);/g, (_, name: string) => ENTITIES[name] as string);
}
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#34': '"', '#39': "'" };
