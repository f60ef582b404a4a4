/** One door of the demo: its steps, each one click to the real screen, with a sentence of what to see there. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { office } from '../data/api.ts';
import { NotHere } from '../pages/not-here.tsx';
import { rolesWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import { BeginAnew } from './begin-anew.tsx';
import { Closing, OtherDoors } from './closing.tsx';
import { demoStory } from './demo-story.ts';
import { DOOR_NAMES, type Door, type Step } from './door.ts';
import { DOORS } from './doors.ts';
import { invented } from './invented.ts';
import { isDone, useProgress } from './progress.ts';
import { useStep } from './use-step.ts';
import './start.css';

export function DoorPage() {
  const { door } = useParams({ from: '/start/$door' });
  const { demo } = useSuspenseQuery(office).data;
  const name = DOOR_NAMES.find((one) => one === door);
  return demo === true && name !== undefined ? <Opened door={DOORS[name]} /> : <NotHere />;
}

function Opened({ door: { name, steps, more: More } }: { readonly door: Door }) {
  const say = useWords();
  const progress = useProgress();
  const { hrefOf, go } = useStep();
  const next = steps.find(({ id, isOptional }) => !isOptional && !isDone(progress, name, id));
  return (
    <>
      <Heading level={1}>{say(`start.${name}`)}</Heading>
      <Paragraph className="lead">{say(`start.${name}-is`)}</Paragraph>
      <ol className="door-steps">
        {steps.map((step) => (
          <li key={step.id} data-done={isDone(progress, name, step.id)} aria-current={step === next ? 'step' : undefined}>
            <div>
              <Heading level={2} data-size="xs">
                {step.isOptional ? say('start.if-you-like', { title: say(step.title) }) : say(step.title)}
              </Heading>
              <p className="sees">
                {say(step.see)} <ActsAs step={step} />
              </p>
            </div>
            <Button asChild variant={step === next ? 'primary' : 'secondary'}>
              <a
                href={hrefOf(step)}
                aria-label={`${say('start.go')}: ${say(step.title)}`}
                onClick={(event) => {
                  event.preventDefault();
                  void go(name, step);
                }}
              >
                {say(isDone(progress, name, step.id) ? 'start.go-again' : 'start.go')}
              </a>
            </Button>
          </li>
        ))}
      </ol>
      {More !== undefined && <More />}
      {next === undefined ? <Closing door={name} /> : <OtherDoors than={name} />}
      <BeginAnew />
    </>
  );
}

/** As whom a step is done, before anybody goes there. */
function ActsAs({ step: { as } }: { readonly step: Step }) {
  const say = useWords();
  const { data: story } = useSuspenseQuery(demoStory);
  const officer = as?.(story);
  const one = useQuery(invented).data?.find((person) => person.officer === officer);
  return one === undefined ? null : say('start.will-act', { role: rolesWords(one.roles) });
}
