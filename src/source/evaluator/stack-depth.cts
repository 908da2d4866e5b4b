/**
 * In the child, before the language is frozen: how many frames a stack tells. `--stack-trace-limit` would do the same, and is a flag of V8's:
 * with any such Node.js takes none of the code that its own modules were compiled to beforehand, and compiles them anew, for 6 ms.
 */
Error.stackTraceLimit = 50
