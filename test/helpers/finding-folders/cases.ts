/** What the golden folders of findings hold, by rule and case; a file for each thing that the rules protect. `build.ts` writes them. */
import { ofCredentials } from './cases-credentials.ts';
import { ofData } from './cases-data.ts';
import { ofDisputes } from './cases-disputed.ts';
import { ofEvidence } from './cases-evidence.ts';
import { ofNotebooks } from './cases-notebooks.ts';
import { ofPeople } from './cases-people.ts';
import { ofRansom } from './cases-ransom.ts';
import { ofTheRoom } from './cases-room.ts';
import type { Case } from './records.ts';

/** By rule, by name of the case. */
export function findingCases(): Record<string, Record<string, Case>> {
  return {
    ...ofData(),
    ...ofPeople(),
    ...ofTheRoom(),
    ...ofNotebooks(),
    ...ofEvidence(),
    ...ofDisputes(),
    ...ofCredentials(),
    ...ofRansom(),
  };
}
