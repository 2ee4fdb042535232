// The README that every study gets once: how to read the folder without the program.

export const readmeText = `# An MMEdit Workbench study

Everything here is in open formats and can be read, copied, moved or deleted by hand.
The program keeps nothing about a study anywhere else.

| file or folder | what it is |
|---|---|
| \`workspace.json\` | name of the study and version of this folder's form |
| \`datasets/ID/dataset.json\` | where a dataset came from, its image folders, its counts |
| \`datasets/ID/records.jsonl\` | one edit record a line: \`edit\`, \`probes\`, pictures as \`{ root, path }\` |
| \`datasets/ID/problems.jsonl\` | what the import dropped or found odd: file, index, field, reason |
| \`models/ID.json\` | a pointer to a checkpoint folder; weights stay where they are |
| \`editors/ID.safetensors\` | a trained editor: fp32 tensors, and in \`__metadata__\` what it was trained on and the command that makes it again |
| \`runs/ID/run.json\` | what was run: model, dataset, method and settings, scope, seed, versions, status |
| \`runs/ID/results.jsonl\` | one line a finished record: scores, losses, answers before and after |
| \`runs/ID/asked.jsonl\` | of a re-run of fixed probes: the records as they are asked |
| \`runs/ID/events.jsonl\` | what happened when |
| \`runs/ID/metrics.json\` | mean, 95 % interval and n of every metric; verdicts; cost |
| \`runs/ID/retention.jsonl\` | sequential runs: scores of edit \`edit\` after \`time\` edits |
| \`runs/ID/steps.jsonl\` | trainings: losses, some steps a line |
| \`runs/ID/trained/\` | trainings: \`state.safetensors\` to go on from, \`editor.safetensors\` the best so far |
| \`slices/ID.json\` | a named set of records: search, facets, ids and SQL that must all hold |
| \`views/ID.json\` | a saved view: the address of a screen |
| \`reported/ID.json\` | results reported elsewhere that were imported: source, values as shares, notes |
| \`pictures/HASH.EXT\` | pictures dropped or pasted into the Lab, named by the SHA-256 of their bytes |
| \`audits/ID/NAME.jsonl\` | what one person decided about probes of dataset ID, one line a decision, only ever added to; an annotator's latest line about a probe holds. Copy a file in from another machine and it counts too |
| \`audits/ID/audit.json\` | what the audit is about: kinds of probes, questions, reasons, guidelines, who judges what |
| \`audits/ID/findings.json\` | what the automatic checks found; may be deleted |
| \`exports/\` | figures, tables and reports; each says inside what it was made from |
| \`workbench.pid\` | present while a program has the study open |

JSONL is one JSON value a line; the files only grow at the end. If a program was killed while writing, the last line
may be cut off: leave it out.

    # all reliabilities of a run, in Python
    import json
    [json.loads(line)["scores"].get("reliability") for line in open("runs/ID/results.jsonl")]
`
