// Mocha loads reporters with require; the reporter itself is an ES module.
module.exports = require('./reporter.ts').CountingReporter;
