// What serverless.yml takes its derived parts from. It loads files with require() and knows no TypeScript; tsx does.
const { require: load } = require('tsx/cjs/api');

let made;

module.exports = async ({ options }) => {
  try {
    made ??= load('./service.ts', __filename).service({ stage: options.stage ?? undefined, region: options.region ?? undefined });
    return made;
  } catch (error) {
    // osls shows the stack where there is one; a wrong deployment file is not found there
    if (error.name === 'ConfigurationError') error.stack = error.message;
    throw error;
  }
};
