/** Drop or paste a receipt: this browser checks it itself. Nobody is asked but for the policy, which can be given by file, too. */
import { Button, Heading, Paragraph, Textarea } from '@digdir/designsystemet-react';
import { type ChangeEvent, type DragEvent, useState } from 'react';
import { type CheckedReceipt, checkReceipt, fetchPolicy } from '../proof/check.ts';
import { ReceiptVerdict } from '../proof/receipt-verdict.tsx';
import { useWords } from '../words/use-words.ts';

export function Verify() {
  const say = useWords();
  const [receipt, setReceipt] = useState('');
  const [policy, setPolicy] = useState<{ readonly name: string; readonly text: string }>();
  const [checked, setChecked] = useState<CheckedReceipt>();
  const [trouble, setTrouble] = useState(false);
  const take = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) setReceipt(await file.text());
    setChecked(undefined);
  };
  const check = async (): Promise<void> => {
    setTrouble(false);
    try {
      setChecked(checkReceipt(receipt.trimStart(), policy?.text ?? (await fetchPolicy())));
    } catch {
      setTrouble(true);
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  const givePolicy = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = target.files?.[0];
    setPolicy(file === undefined ? undefined : { name: file.name, text: await file.text() });
    setChecked(undefined);
  };
  return (
    <>
      <Heading level={1}>{say('verify.title')}</Heading>
      <Paragraph className="lead">{say('verify.lead')}</Paragraph>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is one more way beside the field and the button within. */}
      <div className="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <label htmlFor="receipt">{say('verify.receipt')}</label>
        <Textarea
          id="receipt"
          rows={8}
          spellCheck={false}
          value={receipt}
          onChange={(event) => {
            setReceipt(event.target.value);
            setChecked(undefined);
          }}
        />
        <label className="file">
          {say('verify.file')}
          <input type="file" accept=".tlog-proof,.txt,text/plain" onChange={({ target }) => void take(target.files?.[0])} />
        </label>
        <details>
          <summary>{say('verify.policy')}</summary>
          <Paragraph data-size="sm">{say('verify.policy-why')}</Paragraph>
          <label className="file">
            {say('verify.policy-file')}
            <input type="file" accept=".txt,text/plain" onChange={(event) => void givePolicy(event)} />
          </label>
        </details>
        <Button disabled={receipt.trim() === ''} onClick={() => void check()}>
          {say('verify.check')}
        </Button>
      </div>
      {trouble && <p role="alert">{say('verify.no-policy')}</p>}
      {checked !== undefined && <ReceiptVerdict checked={checked} />}
    </>
  );
}
