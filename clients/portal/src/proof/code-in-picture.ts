/** The text of a QR code in a picture or in what a camera sees. Where the browser has no reader of its own, a small one is loaded. */
import type { DecodeOpts } from 'qr/decode.js';

/** Longer edges tried, in pixels: the code on a page is read best neither too coarse nor too fine. */
const EDGES = [2_400, 1_200, 4_000] as const;
const PATIENT: DecodeOpts = { effort: 3, timeLimit: 2_000 };

type Reader = typeof import('qr/decode.js');
let reader: Promise<Reader> | undefined;

/** Loaded ahead, so that a code is read although the net is gone meanwhile. */
export function loadReader(): Promise<Reader> {
  reader ??= import('qr/decode.js');
  reader.catch(() => {
    reader = undefined;
  });
  return reader;
}

/** Undefined where no code is found. Rejects where the file is no picture. */
export async function codeInPicture(file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file);
  try {
    for (const edge of EDGES) {
      const text = await codeIn(picture, picture.width, picture.height, edge, PATIENT);
      if (text !== undefined) return text;
    }
    return undefined;
  } finally {
    picture.close();
  }
}

/** What a camera sees at this moment. */
export async function codeInVideo(video: HTMLVideoElement): Promise<string | undefined> {
  return video.videoWidth === 0 ? undefined : await codeIn(video, video.videoWidth, video.videoHeight, 1_600, {});
}

async function codeIn(
  source: CanvasImageSource,
  width: number,
  height: number,
  edge: number,
  options: DecodeOpts,
): Promise<string | undefined> {
  const scale = Math.min(1, edge / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return undefined;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const native = await natively(canvas);
  if (native !== undefined) return native;
  const { default: decode } = await loadReader();
  try {
    return decode(context.getImageData(0, 0, canvas.width, canvas.height), options);
  } catch {
    return undefined;
  }
}

interface Detector {
  detect(source: CanvasImageSource): Promise<readonly { readonly rawValue: string }[]>;
}

/** By the browser's own reader (W3C Shape Detection), where it has one. */
async function natively(canvas: HTMLCanvasElement): Promise<string | undefined> {
  const { BarcodeDetector } = globalThis as { readonly BarcodeDetector?: new (options: object) => Detector };
  if (BarcodeDetector === undefined) return undefined;
  try {
    return (await new BarcodeDetector({ formats: ['qr_code'] }).detect(canvas))[0]?.rawValue;
  } catch {
    return undefined;
  }
}
