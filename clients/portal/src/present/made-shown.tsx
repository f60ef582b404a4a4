/** What was made for somebody to check: a code to hold out, a link to send, a file to keep. */
import { Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { packPresentation } from '@tabularium/sdk';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { Waiting } from '../parts/waiting.tsx';
import { Command } from '../try/command.tsx';
import { useLanguage, useWords } from '../words/use-words.ts';

export interface Made {
  readonly text: string;
  /** What the fields are called. */
  readonly shown: readonly string[];
  /** Of those that the holder could show. */
  readonly hidden: number;
}

/** More letters make a code that no phone reads (docs/spec/certificate.md). */
const LETTERS_MAX = 3_800;
const QUIET = 4;

export function MadeShown({ made: { text, shown, hidden } }: { readonly made: Made }) {
  const say = useWords();
  const language = useLanguage();
  const place = useRef<HTMLDivElement>(null);
  const base = `${location.origin}/verify#p=`;
  const { data } = useQuery({ queryKey: ['made', text], queryFn: () => drawn(base, text), staleTime: Number.POSITIVE_INFINITY });
  const file = useMemo(() => URL.createObjectURL(new Blob([text], { type: 'application/vnd.tabularium.presentation' })), [text]);
  useEffect(() => () => URL.revokeObjectURL(file), [file]);
  useEffect(() => {
    if (data !== undefined) place.current?.scrollIntoView({ block: 'nearest' });
  }, [data]);
  if (data === undefined) return <Waiting />;
  const names = new Intl.ListFormat(language).format(shown);
  return (
    <div ref={place}>
      <Card className="made">
        <Card.Block>
          <Heading level={2} data-size="xs">
            {say('present.made')}
          </Heading>
          <Paragraph role="status">{say('present.shows', { names, count: hidden })}</Paragraph>
          {data.code === undefined ? (
            <p className="note">{say('present.no-code')}</p>
          ) : (
            <img src={data.code} alt={say('present.code')} width={320} height={320} />
          )}
          <p className="links">
            <a href={file} download="shown.presentation">
              {say('present.download')}
            </a>
            <a href={data.link}>{say('present.open')}</a>
          </p>
          <Paragraph data-size="sm">{say('present.link')}</Paragraph>
          <Command text={data.link} name={say('present.link-name')} />
        </Card.Block>
      </Card>
    </div>
  );
}

/** The link, and the code of it as the address of a picture where it fits one: address in bytes, letters packed tighter. */
async function drawn(base: string, text: string): Promise<{ readonly link: string; readonly code?: string }> {
  const packed = await packPresentation(text);
  const link = base + packed;
  if (packed.length > LETTERS_MAX) return { link };
  const { default: QRCode } = await import('qrcode');
  const bytes = { data: new TextEncoder().encode(base), mode: 'byte' } as const;
  const { modules } = QRCode.create([bytes, { data: packed, mode: 'alphanumeric' }], { errorCorrectionLevel: 'L' });
  const { size } = modules;
  const rows = Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => (modules.get(y, x) === 1 ? `M${x} ${y}h1v1h-1z` : '')),
  );
  const box = `${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" shape-rendering="crispEdges"><rect x="${-QUIET}" y="${-QUIET}" width="100%" height="100%" fill="#fff"/><path d="${rows.flat().join('')}"/></svg>`;
  return { link, code: `data:image/svg+xml,${encodeURIComponent(svg)}` };
}
