// Preloaded with NODE_OPTIONS: writes into the file that LOADS names, at the end, which files were loaded as modules, which of Node's own,
// and which files had been loaded when a child process was first started.
'use strict'

const childProcess = require('node:child_process')
const { writeFileSync } = require('node:fs')

const before = new Set(process.moduleLoadList)
const { spawn } = childProcess.ChildProcess.prototype
let atSpawn

childProcess.ChildProcess.prototype.spawn = function (...args) {
  atSpawn ??= files()
  return spawn.apply(this, args)
}

process.on('exit', () => {
  const builtins = process.moduleLoadList.filter((name) => !before.has(name))
  writeFileSync(process.env.LOADS, JSON.stringify({ files: files(), builtins, atSpawn }))
})

function files() {
  return Object.keys(require.cache)
}
