/** Who calls in a generated world: machines, AppStream itself, and people with credentials of many kinds. */
import type { EventRow } from '../../schemas/events-table.ts';
import type { EventRecipe } from './world-event-recipe.ts';
import type { TrueSession } from './world-sessions.ts';

const SERVICE = 'AmazonAppStreamServiceAccess';

/** The columns that say who called. @param account of the caller */
export function callerOf(recipe: EventRecipe, session: TrueSession, other: TrueSession, account: string): Partial<EventRow> {
  const instance = { own: session.instance, other: other.instance, none: null }[recipe.roleSession] ?? 'machine';
  const person = { own: session.userId, other: other.userId, unknown: 'zoe' }[recipe.person];
  const role = (name: string, role_session_name: string): Partial<EventRow> => ({
    principal_type: 'AssumedRole',
    principal_role: name,
    principal_role_arn: `arn:aws:iam::${account}:role/${name}`,
    principal_arn: `arn:aws:sts::${account}:assumed-role/${name}/${role_session_name}`,
    role_session_name,
  });
  const noRole = { principal_role: null, principal_role_arn: null, role_session_name: null };
  const iamName = { own: 'deploy-7', other: 'ci', unknown: 'backup' }[recipe.person];
  switch (recipe.caller) {
    case 'fleet':
      return role('FleetRole', instance);
    case 'admin':
      return role('AdminRole', instance);
    case 'shared':
      return role('SharedRole', instance);
    case 'linked':
      return role('AWSServiceRoleForBackup', 'AWSBackup');
    case 'service':
      return role(SERVICE, 'AppStream2.0');
    case 'photon':
      return role(SERVICE, 'PhotonSession');
    case 'maintenance':
      return role(SERVICE, 'Maintenance');
    case 'iam':
      return { principal_type: 'IAMUser', ...noRole, principal_name: iamName, principal_arn: `arn:aws:iam::${account}:user/${iamName}` };
    case 'root':
      return { principal_type: 'Root', ...noRole, principal_arn: `arn:aws:iam::${account}:root` };
    case 'sso':
      return role('AWSReservedSSO_Analyst_0123456789abcdef', spelt(person, recipe));
    case 'center':
      return {
        principal_type: 'IdentityCenterUser',
        ...noRole,
        principal_name: recipe.requestId ? spelt(person, recipe) : null,
        on_behalf_of_user_id: `center-${person}`,
      };
    case 'centerRole':
      return { ...role('AnalystRole', instance), on_behalf_of_user_id: spelt(person, recipe) };
    case 'saml':
      return { ...role('AppStreamUsers', 'federated'), access_key_id: `AKS${recipe.other % 2}` };
    case 'source':
      return { ...role('SourceRole', instance), source_identity: spelt(person, recipe) };
  }
}

/** A person's name as directories write it. */
function spelt(name: string, recipe: EventRecipe): string {
  return { plain: name, upper: name.toUpperCase(), mail: `${name}@Corp.example`, id: `id-${name}` }[recipe.spelling];
}
