// Puts the audit's configuration beside the handlers, and refuses to deploy into another account than the file says.
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { require: load } = require('tsx/cjs/api');

module.exports = class Packaging {
  constructor(serverless, { stage = undefined, region = undefined }) {
    const options = { stage: stage ?? undefined, region: region ?? undefined };
    const packed = join(serverless.serviceDir, '.esbuild', '.build');
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => {
        const text = load('./packaged-files.ts', __filename).configurationFile(options);
        mkdirSync(packed, { recursive: true });
        // whatever lies here goes into every bundle
        writeFileSync(join(packed, 'configuration.json'), text);
      },
      'before:deploy:deploy': async () => {
        const { checkAccount } = load('./packaged-files.ts', __filename);
        const account = await serverless.getProvider('aws').getAccountId();
        try {
          checkAccount(options, account);
        } catch (error) {
          throw new serverless.classes.Error(error.message);
        }
      },
    };
  }
};
