// Preloaded with NODE_OPTIONS: writes into the file that LOADS names, at the end, which files were loaded as modules, which of Node's own,
// and which files had been loaded when a child process was first started, and when something was first connected to.
'use strict'

const childProcess = require('node:child_process')
const { subscribe } = require('node:diagnostics_channel')
const { writeFileSync } = require('node:fs')

const before = new Set(process.moduleLoadList)
const { spawn } = childProcess.ChildProcess.prototype
let atSpawn
let atConnect

childProcess.ChildProcess.prototype.spawn = function (...args) {
  atSpawn ??= files()
  return spawn.apply(this, args)
}

subscribe('net.client.socket', () => {
  atConnect ??= files()
})

process.on('exit', () => {
  const builtins = process.moduleLoadList.filter((name) => !before.has(name))
  writeFileSync(process.env.LOADS, JSON.stringify({ files: files(), builtins, atSpawn, atConnect }))
})

function files() {
  return Object.keys(require.cache)
}
