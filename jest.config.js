/** ESM throughout: DuckDB, hyparquet and fauxqs load without transforms. Types are checked by tsc, not here. */
export default {
  // one more than cores: suites that wait (for throttling to end, for processes) leave theirs to others
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/helpers/slowest-first.mjs',
  // jest's own, with globals as fast as they are elsewhere
  testEnvironment: '<rootDir>/test/helpers/plain-environment.mjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // what kills processes, fills disks and memory and installs the package takes its time: `npm run test:heavy`, as CI does;
  // what needs a browser: `npm run test:browser`, with Chromium in CHROMIUM or in the PATH
  // what needs the local cloud: `npm run local-cloud -- up`, then `npm run test:cloud`
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(process.env.HEAVY === undefined ? ['<rootDir>/test/heavy/'] : []),
    ...(process.env.CLOUD === undefined ? ['<rootDir>/test/cloud/'] : []),
    ...(process.env.BROWSER === undefined ? ['<rootDir>/test/browser/'] : []),
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  testTimeout: 120000,
};
