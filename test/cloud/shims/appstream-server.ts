/** A test double of AppStream's API. Environment: PORT, ACCOUNT, AWS_REGION. */
import { createJsonService } from './json-service.ts';

createJsonService('PhotonAdminProxyService', {}).listen(Number(process.env['PORT']), '127.0.0.1');
