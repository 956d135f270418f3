/**
 * What else there is to notice on the first day: with the story and the everyday work, every findings rule has something to
 * find. Told apart from the story, so that nothing of the story depends on it.
 */

import { tellEntries } from './incident-entries.ts';
import { tellEvidence } from './incident-evidence.ts';
import { tellNotebooks } from './incident-notebooks.ts';
import { tellRoom } from './incident-room.ts';
import type { ResolvedDemoOptions } from './options.ts';
import type { StoryCast } from './story-cast.ts';
import { type StoryRecord, Storyteller } from './storyteller.ts';

/** @param start midnight of the first day, epoch milliseconds */
export function tellIncidents(options: ResolvedDemoOptions, start: number, cast: StoryCast): StoryRecord[] {
  const teller = new Storyteller(options, start, 'incidents');
  tellEntries(teller, cast);
  tellRoom(teller, cast);
  tellNotebooks(teller);
  tellEvidence(teller);
  return teller.records;
}
