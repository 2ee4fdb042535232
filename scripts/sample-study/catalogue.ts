// Builds resources/sample-study/concepts.json: which things the study knows, who drew them, and which ones the model is taught.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const here = fileURLToPath(new URL('.', import.meta.url))
const out = fileURLToPath(new URL('../../resources/sample-study/concepts.json', import.meta.url))

/** Share of each group the model is taught; the rest it never sees, so that it is wrong about them for certain. */
const TAUGHT_SHARE = 0.48
const THING_ARTISTS = ['noto', 'noto-v1', 'fxemoji', 'fluent-emoji-flat', 'twemoji']

export interface Thing {
  name: string
  plural: string
  group: string
  taught: boolean
  /** Icon set → icon name in it. */
  artists: Record<string, string>
}

export interface Country {
  name: string
  capital: string
  currency: string
  continent: string
  taught: boolean
  artists: Record<string, string>
}

interface IconSet {
  icons: Record<string, { body: string }>
  aliases?: Record<string, { parent: string }>
}

const sets = new Map<string, IconSet>()
function iconSet(name: string): IconSet {
  let set = sets.get(name)
  if (!set) {
    set = require(`@iconify-json/${name}/icons.json`) as IconSet
    sets.set(name, set)
  }
  return set
}

const has = (set: string, icon: string) => icon in iconSet(set).icons || icon in (iconSet(set).aliases ?? {})

/** fxemoji writes 'red-apple' as 'redapple'; every other set keeps the hyphens. */
function iconIn(set: string, slug: string): string | undefined {
  if (set !== 'fxemoji') return has(set, slug) ? slug : undefined
  const joined = slug.replaceAll('-', '')
  return Object.keys(iconSet(set).icons).find((icon) => icon.replaceAll('-', '') === joined)
}

function usualPlural(name: string): string {
  if (/(s|x|ch|sh)$/.test(name)) return `${name}es`
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`
  return `${name}s`
}

const rank = (text: string) => createHash('sha256').update(`sample-study:${text}`).digest('hex')

function teachSome<T extends { name: string; taught: boolean }>(items: T[], share: number): void {
  const order = items.toSorted((a, b) => (rank(a.name) < rank(b.name) ? -1 : 1))
  order.forEach((item, index) => {
    item.taught = index < Math.round(items.length * share)
  })
}

const lines = (file: string) =>
  readFileSync(`${here}${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

function readThings(): Thing[] {
  const things: Thing[] = []
  for (const line of lines('things.txt')) {
    const [group = '', members = ''] = line.split(': ')
    const inGroup: Thing[] = []
    for (const member of members.split(' ').filter(Boolean)) {
      const [head = '', plural] = member.split('/')
      const [slug = '', name = slug] = head.split('=')
      const artists: Record<string, string> = {}
      for (const set of THING_ARTISTS) {
        const icon = iconIn(set, slug)
        if (icon !== undefined) artists[set] = icon
      }
      const drawn = Object.keys(artists).length
      if (drawn >= 4) inGroup.push({ name, plural: plural ?? usualPlural(name), group, taught: false, artists })
      else process.stderr.write(`'${slug}' is drawn by ${drawn} artists and left out\n`)
    }
    teachSome(inGroup, TAUGHT_SHARE)
    things.push(...inGroup)
  }
  return things
}

function readCountries(): Country[] {
  const emoji = require('unicode-emoji-json') as Record<string, { slug: string }>
  const countries = lines('countries.txt').map((line): Country => {
    const [code = '', name = '', capital = '', currency = '', continent = ''] = line.split('|')
    const flag = String.fromCodePoint(...[...code].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 97))
    const artists: Record<string, string> = {}
    const slug = emoji[flag]?.slug.replaceAll('_', '-') ?? ''
    const candidates = { twemoji: slug, 'circle-flags': code, flag: `${code}-4x3`, flagpack: code }
    for (const [set, icon] of Object.entries(candidates)) if (has(set, icon)) artists[set] = icon
    return { name, capital, currency, continent, taught: false, artists }
  })
  teachSome(countries, TAUGHT_SHARE)
  return countries
}

const things = readThings()
const countries = readCountries()
const names = things.map((thing) => thing.name)
const twice = names.filter((name, index) => names.indexOf(name) !== index)
if (twice.length > 0) throw new Error(`These names stand for two things: ${twice.join(', ')}. Rename one in things.txt.`)
writeFileSync(
  out,
  `{"things":[\n${things.map((t) => JSON.stringify(t)).join(',\n')}\n],"countries":[\n${countries.map((c) => JSON.stringify(c)).join(',\n')}\n]}\n`,
)
process.stdout.write(
  `${things.length} things (${things.filter((t) => t.taught).length} taught), ` +
    `${countries.length} countries (${countries.filter((c) => c.taught).length} taught), ` +
    `fewest flag artists ${Math.min(...countries.map((c) => Object.keys(c.artists).length))}\n`,
)
