/** What a door of the demo is: a few steps, each one click to the real screen, told as data so that every door is guided alike. */
import type { ComponentType } from 'react';
import type { Deed } from '../parts/deeds.ts';
import type { MessageId } from '../words/use-words.ts';
import type { DemoStory } from './demo-story.ts';

export const DOOR_NAMES = ['citizen', 'mayor', 'auditor', 'integrator'] as const;
export type DoorName = (typeof DOOR_NAMES)[number];

export interface Step {
  /** Within its door; what was done is remembered by it. */
  readonly id: string;
  /** What to do. */
  readonly title: MessageId;
  /** What there is to see. */
  readonly see: MessageId;
  /** Address within the portal. */
  readonly to: (story: DemoStory) => string;
  /** Code of the invented officer as whom to do it; undefined where anybody may look. */
  readonly as?: (story: DemoStory) => string;
  /** What invented officers propose first, unless it waits already: there is something to sign for each visitor. */
  readonly prepare?: 'decision' | 'typo';
  /** The door is done without it. */
  readonly isOptional?: true;
  /** What it leads to is made to be printed: the guide offers it. */
  readonly isPrinted?: true;
  /** Only who did this has done the step; undefined where looking is all there is to do. */
  readonly deed?: Deed;
}

export interface Door {
  readonly name: DoorName;
  readonly steps: readonly Step[];
  /** What was shown, for whoever has come to the end. */
  readonly closing: MessageId;
  /** Shown below the steps: whatever is done on the door's own page. */
  readonly more?: ComponentType;
}
