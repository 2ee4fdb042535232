// Queries to start from; each says what it asks.
export interface ExampleQuery { readonly label: string, readonly sql: string }

export const exampleQueries: readonly ExampleQuery[] = [
  {
    label: 'Means of every run',
    sql: `select r.name, s.metric, avg(s.value) as mean, count(*) as n
from scores s join runs r using (run)
where s.variant = 'strict'
group by all
order by all`,
  },
  {
    label: 'Records that no run gets right',
    sql: `select r.dataset, s.record, count(*) as runs, max(s.value) as best
from scores s join runs r using (run)
where s.metric = 'reliability' and s.variant = 'strict'
group by all
having max(s.value) < 1
order by runs desc, record`,
  },
  {
    label: 'Reliable, but another picture changed',
    sql: `select r.name, a.record, b.value as image_locality
from scores a
join scores b on a.run = b.run and a.record = b.record
join runs r on r.run = a.run
where a.metric = 'reliability' and a.variant = 'strict' and a.value = 1
  and b.metric = 'image-locality' and b.variant = 'strict' and b.value < 0.5
order by r.name, a.record`,
  },
  {
    label: 'Verdicts by method',
    sql: `select r.method, r.scope, e.verdict, count(*) as records
from results e join runs r using (run)
where e.verdict is not null
group by all
order by all`,
  },
  {
    label: 'Seconds of an edit by method',
    sql: `select r.method || ', ' || r.scope as method, avg(e.edit_ms) / 1000 as seconds
from results e join runs r using (run)
where e.status = 'done'
group by all
order by seconds`,
  },
  {
    label: 'What annotators said, by kind of probe',
    sql: `with last as (
  select * from decisions
  qualify row_number() over (partition by dataset, annotator, role, record, probe_kind, probe_index order by decided_at desc, id desc) = 1
)
select dataset, probe_kind, annotator, role, decision, count(*) as probes
from last
where decision <> 'none'
group by all
order by all`,
  },
]
