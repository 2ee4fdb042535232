#!/usr/bin/env node
// npx mmedit: prepares a fresh clone (install, build, pictures; all of it says so on stderr), then runs the terminal entry.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkNode, prepare, root } from './lib/prepare.mjs'

// A packaged copy has no sources to build from.
if (existsSync(join(root, 'src')))
  prepare()
else
  checkNode()
await import(pathToFileURL(join(root, 'out/main/cli.js')).href)
