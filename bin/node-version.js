'use strict'

// Plain old JavaScript: a Node.js that is too old must be able to read this, to be told so.

/** `engines` of package.json in words. */
exports.WANTED = '22.22.2 or a later 22, 24.15.0 or a later 24, or 26 and up'

/** Whether a version (`v24.15.0`) satisfies `^22.22.2 || ^24.15.0 || >=26`. */
exports.isSupported = function (version) {
  var parts = version.replace(/^v/, '').split(/[.+-]/).map(Number)
  var major = parts[0]
  if (major === 22) return isAtLeast(parts, 22, 2)
  if (major === 24) return isAtLeast(parts, 15, 0)
  return major >= 26
}

function isAtLeast(parts, minor, patch) {
  return parts[1] > minor || (parts[1] === minor && parts[2] >= patch)
}
