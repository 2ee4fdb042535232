// npm run bench [-- --json] [-- --only import,startup]: prepares the clone, then measures (scripts/bench/main.ts).
import { checkNode, prepare, runPackage } from './lib/prepare.mjs'

checkNode()
prepare()
process.exit(runPackage('tsx', 'tsx', ['--expose-gc', 'scripts/bench/main.ts', ...process.argv.slice(2)]))
