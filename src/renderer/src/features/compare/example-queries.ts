// Queries to start from; each says what it asks.
export interface ExampleQuery { readonly label: string, readonly sql: string }

export const exampleQueries: readonly ExampleQuery[] = [
  { label: 'Runs with their means', sql: 'select run, metric, avg(value) as mean, count(*) as n\nfrom scores\nwhere variant = \'strict\'\ngroup by all\norder by run, metric' },
  { label: 'Records no run gets right', sql: 'select dataset, record, count(*) as runs, max(value) as best\nfrom scores\nwhere metric = \'reliability\' and variant = \'strict\'\ngroup by all\nhaving max(value) < 1\norder by runs desc' },
  { label: 'Reliable but not local', sql: 'select r.run, r.record, r.value as reliability, l.value as locality\nfrom scores r join scores l using (run, record, variant)\nwhere r.metric = \'reliability\' and l.metric = \'image-locality\'\n  and r.variant = \'strict\' and r.value = 1 and l.value < 0.5' },
]
