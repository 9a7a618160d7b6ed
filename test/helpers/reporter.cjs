// Mocha's spec reporter, with one plain closing line that any tool can read.
const { reporters, Runner } = require('mocha');

module.exports = class PlainEnd extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      process.stdout.write(`${this.stats.passes} passed, ${this.stats.failures} failed\n`);
    });
  }
};
