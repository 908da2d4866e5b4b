#!/usr/bin/env node
'use strict'

// Plain old JavaScript, and CommonJS by the package.json beside it: Node.js from 12 on can read this and say what is wanted.

var fs = require('fs')
var path = require('path')
var nodeVersion = require('./node-version.js')

var CANNOT_START = 78
var program = path.join(__dirname, '..', 'dist', 'cli.cjs')

if (!nodeVersion.isSupported(process.version)) {
  refuse(
    'aigw-sync needs Node.js ' + nodeVersion.WANTED + '; this is ' + process.version + ' (' + process.execPath + ').',
    'Get one from https://nodejs.org/en/download, or with a version manager: nvm install 24, fnm install 24, mise use node@24.',
  )
} else if (!fs.existsSync(program)) {
  refuse('aigw-sync is not built: ' + program + ' is missing.', 'In a checkout, run: npm install && npm run build')
} else {
  if (onlyLooks(process.argv.slice(2))) require('./code-cache.js').use()
  else keepCompiledCode()
  if (!homeCache()) process.env.HOME = '/' // libraries ask for a home when they are loaded, and throw where there is none
  require(program)
}

function refuse(problem, remedy) {
  process.stderr.write(problem + '\n' + remedy + '\n')
  process.exitCode = CANNOT_START
}

/** These commands promise to write nothing, anywhere: not even a cache. */
function onlyLooks(args) {
  return ['plan', 'validate', 'status'].indexOf(args[0]) !== -1 || args.indexOf('--dry-run') !== -1
}

/**
 * Starts faster from the second time on. In a folder of the user's own: Node.js would take one below /tmp, where others could put
 * code of theirs. Where there is none, or it cannot be written, it starts without.
 */
function keepCompiledCode() {
  var cache = process.env.CACHE_DIRECTORY || process.env.XDG_CACHE_HOME || homeCache()
  if (cache) require('module').enableCompileCache(path.join(cache, 'aigw-sync'))
}

function homeCache() {
  try {
    return path.join(require('os').homedir(), '.cache')
  } catch {
    return undefined // a user id without an account, such as systemd's DynamicUser= has where libnss-systemd is missing
  }
}
