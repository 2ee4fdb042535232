// npm run bench:ui [-- --json] [-- --fresh] [-- --only filter,sort]: prepares the clone, then measures the page (scripts/bench-ui/main.ts).
import { checkNode, prepare, runPackage } from './lib/prepare.mjs'

checkNode()
prepare()
process.exit(runPackage('tsx', 'tsx', ['scripts/bench-ui/main.ts', ...process.argv.slice(2)]))
