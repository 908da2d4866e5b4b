'use strict'

// Takes the code that V8 made of our chunks when they were built, where this is the Node.js that built them. It is only read; V8 looks
// itself whether it fits, and compiles what does not. What is no chunk of ours is loaded as ever.

var fs = require('fs')
var path = require('path')
var Module = require('module')
var vm = require('vm')

var DIST = path.join(__dirname, '..', 'dist') + path.sep
var NEWLINE = 10

/** Where it is. */
exports.file = path.join(DIST, 'code.cache')

/** Which Node.js it is for. */
exports.madeBy = [process.version, process.platform, process.arch].join(' ')

/** What is compiled of the text of a chunk. */
exports.wrap = function (text) {
  return Module.wrap(text)
}

/** Has chunks that are loaded from now on made of it. */
exports.use = function () {
  var codes = read()
  if (codes === undefined) return
  require.extensions['.cjs'] = function (module, filename) {
    var code = filename.indexOf(DIST) === 0 ? codes[filename.slice(DIST.length)] : undefined
    if (code === undefined) return require.extensions['.js'](module, filename)
    var script = new vm.Script(exports.wrap(fs.readFileSync(filename, 'utf8')), {
      filename: filename,
      cachedData: code,
    })
    script.runInThisContext().call(module.exports, module.exports, requireOf(module), module, filename, path.dirname(filename))
  }
}

/** As far as chunks use it. */
function requireOf(module) {
  return function (id) {
    return module.require(id)
  }
}

/** @returns by chunk; undefined where there is none, or it is for another Node.js */
function read() {
  try {
    var whole = fs.readFileSync(exports.file)
    var at = whole.indexOf(NEWLINE) + 1
    var header = JSON.parse(whole.toString('utf8', 0, at))
    if (header.madeBy !== exports.madeBy) return undefined
    var codes = {}
    header.lengths.forEach(function (each) {
      codes[each[0]] = whole.subarray(at, (at += each[1]))
    })
    return at === whole.length ? codes : undefined
  } catch {
    return undefined // it is not needed
  }
}
