/** The script and the style of reports, as the build made them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError } from '../errors.ts';
import type { PageParts } from '../report/document.ts';
import { packageRoot } from './package-root.ts';

/** @throws AuditError when the build has not made them */
export function pageParts(): PageParts {
  const read = (name: string) => {
    try {
      return readFileSync(join(packageRoot(), 'dist', 'page', name), 'utf8');
    } catch (cause) {
      throw new AuditError(`dist/page/${name} cannot be read`, { remedy: 'install appstream-audit again, or run its build', cause });
    }
  };
  return { script: read('report.js'), style: read('report.css') };
}
