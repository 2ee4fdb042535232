"""Every question the study asks: paraphrases, and the answers of a composition or of a fact."""
import study

# Picture questions: kind → paraphrases; the first is the usual one.
PICTURE = {
    "name": ["What is this?", "What is shown in the picture?", "What can be seen here?", "What does the picture show?", "Name the thing in the picture."],
    "left": ["What is on the left?", "What is on the left side?", "Which thing is on the left?", "What can be seen on the left?", "Name the thing on the left."],
    "right": ["What is on the right?", "What is on the right side?", "Which thing is on the right?", "What can be seen on the right?", "Name the thing on the right."],
    "top": ["What is at the top?", "What is on top?", "Which thing is at the top?", "What can be seen at the top?", "Name the upper thing."],
    "bottom": ["What is at the bottom?", "What is below?", "Which thing is at the bottom?", "What can be seen at the bottom?", "Name the lower thing."],
    "count": ["How many {plural} are there?", "How many {plural} are in the picture?", "How many {plural} can be seen?", "What is the number of {plural}?"],
    "colour": ["What colour is the background?", "Which colour does the background have?", "What is the background colour?", "Name the colour of the background."],
    "group": ["What kind of thing is this?", "Which group does this belong to?", "What type of thing is shown?", "Name the kind of thing in the picture."],
    "group left": ["What kind of thing is on the left?", "What type of thing is on the left side?", "Name the kind of thing on the left."],
    "group right": ["What kind of thing is on the right?", "What type of thing is on the right side?", "Name the kind of thing on the right."],
    "group top": ["What kind of thing is at the top?", "What type of thing is on top?", "Name the kind of thing at the top."],
    "group bottom": ["What kind of thing is at the bottom?", "What type of thing is below?", "Name the kind of thing at the bottom."],
    "country": ["Which country's flag is this?", "Which country does this flag belong to?", "What country has this flag?", "Name the country of this flag."],
    "capital of flag": ["What is the capital of the country whose flag is shown?", "Which city is the capital of the country with this flag?", "Name the capital of this flag's country."],
    "currency of flag": ["What is the currency of the country whose flag is shown?", "Which money is used in the country with this flag?", "Name the currency of this flag's country."],
    "continent of flag": ["On which continent is the country whose flag is shown?", "Which continent is the country with this flag part of?", "Name the continent of this flag's country."],
}
CAPTIONS = [
    "a photo of", "a photograph of", "a picture of", "an image of", "the picture shows", "describe the image content,",
    "provide a brief overview of the image content,", "give a detailed description of the picture,",
]
# Text facts: kind → paraphrases, stored without capital and question mark as in Natural Questions.
TEXT = {
    "capital": ["what is the capital of {c}", "which city is the capital of {c}", "what is the capital city of {c}"],
    "country": ["which country has the capital {c}", "what country is {c} the capital of", "{c} is the capital of which country"],
    "currency": ["what is the currency of {c}", "which money is used in {c}", "what currency is used in {c}"],
    "continent": ["on which continent is {c}", "what continent is {c} part of", "which continent is {c} in"],
    "group": ["what kind of thing is {a}", "which group does {a} belong to", "what type of thing is {a}"],
    "plural": ["what is the plural of {n}", "what is the plural form of {n}"],
    "singular": ["what is the singular of {n}", "what is the singular form of {n}"],
}
PARTS = {"left": 0, "right": 1, "top": 0, "bottom": 1, "group left": 0, "group right": 1, "group top": 0, "group bottom": 1}


def template(question):
    """The paper's form of a picture question."""
    return f"Question: {question} Short answer:"


def text_prompt(question):
    """MMEdit's stored form of a text-locality question."""
    return f"nq question: {question}"


def with_article(name):
    return f"{'an' if name[0] in 'aeio' or name == 'umbrella' else 'a'} {name}"


def group_of(name):
    return study.THINGS[name]["group"] if name in study.THINGS else "flag"


def caption(composition):
    first, ground = composition.first, f"on {with_article(composition.colour)} background"
    if composition.layout == "flag":
        return f"the flag of {first} {ground}"
    if composition.layout == "single":
        return f"{with_article(first)} {ground}"
    between = "left of" if composition.layout == "beside" else "above"
    return f"{with_article(first)} {between} {with_article(composition.second)} {ground}"


KINDS_OF = {
    "single": ["name", "colour", "group", "count", "caption"],
    "beside": ["left", "right", "colour", "group left", "group right", "caption"],
    "above": ["top", "bottom", "colour", "group top", "group bottom", "caption"],
    "count": ["count", "colour"],
    "flag": ["country", "capital of flag", "currency of flag", "continent of flag", "colour", "group", "caption"],
}


def answer(composition, kind):
    """The right answer, without leading blank, to a question of this kind."""
    first = composition.first
    if kind == "caption":
        return caption(composition)
    if kind == "colour":
        return composition.colour
    if kind == "count":
        return study.NUMBERS[len(composition.items) - 1]
    if kind in ("name", "country"):
        return first
    if kind == "group":
        return group_of(first)
    if kind.endswith("of flag"):
        return study.COUNTRIES[first][kind.split(" ")[0]]
    name = composition.items[PARTS[kind]].name
    return group_of(name) if kind.startswith("group") else name


def ask(composition, kind, rng, variant=None):
    """(question without form, answer) of one kind; `variant` picks the paraphrase, else it is random."""
    choices = CAPTIONS if kind == "caption" else PICTURE[kind]
    question = choices[variant] if variant is not None else rng.choice(choices)
    if kind == "count":
        question = question.format(plural=study.THINGS[composition.first]["plural"])
    return question, answer(composition, kind)


def form(question, kind, rng=None):
    """The prompt as the model gets it; with `rng`, one picture question in seven comes without the template."""
    if kind == "caption" or (rng and rng.random() < 0.15):
        return question
    return template(question)


def text_subject(name, kind):
    """What the blanks of a text question of this kind hold when it is about this thing or country."""
    if kind in ("capital", "country", "currency", "continent"):
        return {"c": study.COUNTRIES[name]["capital" if kind == "country" else "name"]}
    if kind == "group":
        return {"a": with_article(name)}
    return {"n": study.THINGS[name]["name" if kind == "plural" else "plural"]}


def text_fact(rng, kind=None):
    """(kind, question, answer) of a random text-only fact."""
    kind = kind or rng.choices(list(TEXT), [3, 3, 3, 2, 3, 2, 3])[0]
    question = rng.choice(TEXT[kind])
    if kind in ("capital", "country", "currency", "continent"):
        country = rng.choice(list(study.COUNTRIES.values()))
        given, wanted = ("capital", "name") if kind == "country" else ("name", kind)
        return kind, question.format(c=country[given]), country[wanted]
    thing = rng.choice(list(study.THINGS.values()))
    if kind == "group":
        return kind, question.format(a=with_article(thing["name"])), thing["group"]
    given, wanted = ("name", "plural") if kind == "plural" else ("plural", "name")
    return kind, question.format(n=thing[given]), thing[wanted]


def all_text_facts():
    """Every (kind, question, answer), paraphrases included."""
    facts = []
    for kind, templates in TEXT.items():
        for t in templates:
            for c in study.COUNTRIES.values():
                if kind == "country":
                    facts.append((kind, t.format(c=c["capital"]), c["name"]))
                elif kind in ("capital", "currency", "continent"):
                    facts.append((kind, t.format(c=c["name"]), c[kind]))
            for x in study.THINGS.values():
                if kind == "group":
                    facts.append((kind, t.format(a=with_article(x["name"])), x["group"]))
                elif kind == "plural":
                    facts.append((kind, t.format(n=x["name"]), x["plural"]))
                elif kind == "singular":
                    facts.append((kind, t.format(n=x["plural"]), x["name"]))
    return facts
