/** The person at this machine, as the operating system knows them. */
import { hostname, userInfo } from 'node:os';

/**
 * `user@host`. The user is that of the process, from the system's list of users: variables such as `USER` say whatever
 * somebody set them to. A process whose user is in no list is named by its number.
 */
export function operatorName(lookUp: () => { readonly username: string } = userInfo, host: string = hostname()): string {
  return `${userName(lookUp)}@${host}`;
}

function userName(lookUp: () => { readonly username: string }): string {
  try {
    return lookUp().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
