/** The camera, until it sees a code. Browsers give it to pages over TLS only; elsewhere a picture is taken instead. */
import { Button } from '@digdir/designsystemet-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { codeInVideo } from './code-in-picture.ts';

const LOOK_MS = 250;

export const hasCamera = (): boolean => typeof navigator.mediaDevices?.getUserMedia === 'function';

export function Camera({ onCode, onEnd }: { readonly onCode: (text: string) => void; readonly onEnd: () => void }) {
  const say = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState(false);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const look = async (): Promise<void> => {
      const text = video.current === null ? undefined : await codeInVideo(video.current);
      if (over) return;
      if (text !== undefined) onCode(text);
      else timer = setTimeout(() => void look(), LOOK_MS);
    };
    const begin = async (): Promise<void> => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1_920 } } });
      if (over || video.current === null) return stop();
      video.current.srcObject = stream;
      await video.current.play();
      await look();
    };
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    begin().catch(() => setTrouble(true));
    return () => {
      over = true;
      clearTimeout(timer);
      stop();
    };
  }, [onCode]);
  return (
    <div className="camera">
      {trouble ? (
        <p role="alert">{say('verify.no-camera')}</p>
      ) : (
        <>
          <p className="note">{say('verify.hold-still')}</p>
          <video ref={video} muted playsInline aria-label={say('verify.camera-sees')} />
        </>
      )}
      <Button variant="secondary" onClick={onEnd}>
        {say('verify.camera-end')}
      </Button>
    </div>
  );
}
