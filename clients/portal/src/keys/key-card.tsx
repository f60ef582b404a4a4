/** One key of an officer; any but the one in use here can be taken out of force. */
import { Button, Card, Heading, Radio, Tag } from '@digdir/designsystemet-react';
import { useState } from 'react';
import { When } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import type { Me } from './me.ts';
import type { OfficerKey } from './officer-keys.ts';
import { SignThis } from './sign-this.tsx';

const REASONS = ['lost', 'stolen', 'replaced'] as const;

interface KeyCardProps {
  readonly me: Me;
  readonly officerKey: OfficerKey;
  /** An officer keeps one: the ledger would refuse. */
  readonly isLast: boolean;
}

export function KeyCard({ me, officerKey: { kid, kind, rpId, time }, isLast }: KeyCardProps) {
  const say = useWords();
  const [isRevoking, setRevoking] = useState(false);
  const isHere = kid === me.signer.kid;
  const title = say(`keys.kind-${kind}`, { site: rpId ?? '' });
  return (
    <Card>
      <Card.Block>
        <Heading level={3} data-size="xs">
          {title}
        </Heading>
        <p className="note">
          {say('keys.since')} <When time={time} />
        </p>
        {isHere && <Tag data-color="success">{say('keys.signs-here')}</Tag>}
        <details>
          <summary>{say('keys.details')}</summary>
          <p className="note code">{kid}</p>
        </details>
        {!(isHere || isLast || isRevoking) && (
          <p>
            <Button variant="secondary" data-size="sm" onClick={() => setRevoking(true)} aria-label={`${say('keys.revoke')}: ${title}`}>
              {say('keys.revoke')}
            </Button>
          </p>
        )}
        {isRevoking && <Revoke {...{ me, kid, title }} onCancel={() => setRevoking(false)} />}
      </Card.Block>
    </Card>
  );
}

interface RevokeProps {
  readonly me: Me;
  readonly kid: string;
  readonly title: string;
  readonly onCancel: () => void;
}

function Revoke({ me, kid, title, onCancel }: RevokeProps) {
  const say = useWords();
  const [reason, setReason] = useState<(typeof REASONS)[number]>('lost');
  return (
    <>
      <fieldset className="choices">
        <legend>{say('keys.why-revoke')}</legend>
        {REASONS.map((one) => (
          <Radio
            key={one}
            name={`reason-${kid}`}
            value={one}
            checked={reason === one}
            label={say(`keys.reason-${one}`)}
            onChange={() => setReason(one)}
          />
        ))}
      </fieldset>
      <SignThis
        key={reason}
        me={me}
        request={{ action: 'kernel.key.revoke', body: { kid, reason } }}
        said={[
          [say('keys.you-sign'), say('keys.sign-revoke')],
          [say('keys.which'), `${title} · ${kid.slice(0, 8)}`],
          [say('keys.why'), say(`keys.reason-${reason}`)],
        ]}
        onCancel={onCancel}
      />
    </>
  );
}
