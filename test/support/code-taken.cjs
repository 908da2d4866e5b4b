// Preloaded with NODE_OPTIONS: writes into the file that TAKEN names, at the end, which chunks were loaded, and of which of them the code that
// was compiled beforehand was taken, or refused.
'use strict'

const { writeFileSync } = require('node:fs')
const vm = require('node:vm')

const [taken, refused] = [[], []]

vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    if (this.cachedDataRejected !== undefined) (this.cachedDataRejected ? refused : taken).push(options.filename)
  }
}

process.on('exit', () => {
  const chunks = Object.keys(require.cache).filter((file) => /\/dist\/[^/]+\.cjs$/.test(file))
  writeFileSync(process.env.TAKEN, JSON.stringify({ chunks, taken, refused }))
})
