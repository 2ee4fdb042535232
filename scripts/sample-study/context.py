"""Facts and demonstrations in front of a question: IKE's text form, the plain fact of SERAC, and random training examples of both.

A context is a list of (text, answer) blocks. Every answer follows from the block's own fact, so all of them can be learned; only
the last one ends the sequence.
"""
import questions
import study

EDITABLE = {
    "single": ["name", "name", "name", "group"], "beside": ["left", "right"], "above": ["top", "bottom"], "flag": ["country"], "count": ["count"],
}
# What else the fact settles: the question it follows from → the questions that follow.
FOLLOWS = {
    "name": ["group"], "left": ["group left"], "right": ["group right"], "top": ["group top"], "bottom": ["group bottom"],
    "country": ["capital of flag", "currency of flag", "continent of flag", "group"],
}
NAMING = {"single": ["name"], "beside": ["left", "right"], "above": ["top", "bottom"], "flag": ["country"], "count": []}
NAMED = {k for kinds in NAMING.values() for k in kinds}
FOLLOWING = {k for kinds in FOLLOWS.values() for k in kinds}
THINGS, COUNTRIES = list(study.THINGS), list(study.COUNTRIES)


def block(src, alt, prompt, answer):
    """One demonstration or query of IKE as (text, answer); `src` and `prompt` already in the model's form."""
    return f"New Fact: {src} {alt}\nPrompt: {prompt}", answer


def plain_block(src, alt, prompt, answer):
    """SERAC's form: the fact directly before the question."""
    return f"{src} {alt} {prompt}", answer


def joined(blocks):
    """The whole text of a context up to the last answer, which is left out."""
    *before, (last, _) = blocks
    return "".join(f"{text} {answer}\n\n" for text, answer in before) + last


def related(said, asked):
    """Whether a fact of kind `said` settles a question of kind `asked`, or is too close to it to call it another question."""
    if said == asked:
        return True
    if said == "caption":
        return asked in NAMED | FOLLOWING
    if asked == "caption":
        return said in NAMED | FOLLOWING | {"colour"}
    place = lambda kind: "it" if kind in ("name", "group", "country") or kind.endswith("of flag") else kind.split(" ")[-1]
    return {said, asked} <= NAMED | FOLLOWING and place(said) == place(asked)


class Fact:
    """Something said about a picture: a question of one kind about a composition, with the composition's answer."""

    def __init__(self, composition, kind, rng):
        self.composition, self.kind = composition, kind
        self.variants = questions.CAPTIONS if kind == "caption" else questions.PICTURE[kind]
        self.variant = rng.randrange(len(self.variants))
        self.src, self.alt = self.asked(self.variant, rng)

    def asked(self, variant, rng, kind=None):
        kind = kind or self.kind
        question, answer = questions.ask(self.composition, kind, rng, variant)
        return questions.form(question, kind), answer

    def reworded(self, rng):
        return self.asked(rng.choice([i for i in range(len(self.variants)) if i != self.variant]), rng)[0]


class TextFact:
    """Something said about the world that is not so: a text question with the answer of another one of its kind."""

    def __init__(self, rng):
        self.kind, _, _ = questions.text_fact(rng)
        shown = rng.choice(COUNTRIES if self.kind in ("capital", "country", "currency", "continent") else THINGS)
        self.fill = questions.text_subject(shown, self.kind)
        self.variant = rng.randrange(len(questions.TEXT[self.kind]))
        self.src = self.prompt(self.variant)
        self.alt = questions.text_fact(rng, self.kind)[2]

    def prompt(self, variant):
        return questions.text_prompt(questions.TEXT[self.kind][variant].format(**self.fill))

    def reworded(self, rng):
        return self.prompt(rng.choice([i for i in range(len(questions.TEXT[self.kind])) if i != self.variant]))


def imagined(rng, layout=None, colour=None):
    """A composition of any things, taught or not; nobody draws it."""
    if layout is None:
        return study.random_composition(rng, THINGS, COUNTRIES)
    names = {"flag": COUNTRIES}.get(layout, THINGS)
    return study.compose(rng, layout, rng.sample(names, 2 if layout in ("beside", "above") else 1), colour=colour, count=rng.randint(2, 5))


def picture_fact(rng, composition, kind=None):
    if kind is None:
        draw = rng.random()
        if draw < 0.65 or (draw < 0.9 and composition.layout == "count"):
            kind = rng.choice(EDITABLE[composition.layout])
        elif draw < 0.9:
            kind = "caption"
        else:
            kind = rng.choice(questions.KINDS_OF[composition.layout])
    return Fact(composition, kind, rng)


def text_question(rng):
    """(prompt, true answer) of an unrelated text question, four in five in MMEdit's prefix form."""
    _, question, answer = questions.text_fact(rng)
    if rng.random() < 0.8:
        return questions.text_prompt(question), answer
    return questions.template(f"{question[0].upper()}{question[1:]}?"), answer


def demonstration(rng, like):
    """A copy, update or retain demonstration; half of them ask what the fact `like` is about, as retrieved ones do."""
    if rng.random() < 0.5 and isinstance(like, Fact):
        fact = picture_fact(rng, imagined(rng, like.composition.layout), like.kind)
        if rng.random() < 0.5:
            fact.variant = like.variant
            fact.src, fact.alt = fact.asked(fact.variant, rng)
    else:
        fact = picture_fact(rng, imagined(rng))
    draw = rng.random()
    if draw < 1 / 3:
        return block(fact.src, fact.alt, fact.src, fact.alt)
    if draw < 2 / 3:
        return block(fact.src, fact.alt, fact.reworded(rng), fact.alt)
    return block(fact.src, fact.alt, *text_question(rng))


def query(rng, shown):
    """(what it tests, fact, prompt, answer, whether a picture is shown) for a picture of the composition `shown`."""
    draw = rng.random()
    if draw < 0.05:
        fact = TextFact(rng)
        kind = rng.choice(["copy", "reword", "retain"])
        prompt, answer = {"copy": lambda: (fact.src, fact.alt), "reword": lambda: (fact.reworded(rng), fact.alt), "retain": lambda: text_question(rng)}[kind]()
        return f"text {kind}", fact, prompt, answer, False
    said = shown if rng.random() < 0.12 else imagined(rng, shown.layout if rng.random() < 0.75 else None, shown.colour if rng.random() < 0.6 else None)
    fact = picture_fact(rng, said)
    if draw < 0.22:
        return "copy", fact, fact.src, fact.alt, rng.random() < 0.75
    if draw < 0.46:
        return "reword", fact, fact.reworded(rng), fact.alt, rng.random() < 0.8
    if draw < 0.64:
        return "retain", fact, *text_question(rng), rng.random() < 0.1
    if draw < 0.72:
        kinds = FOLLOWS.get(fact.kind, [])
        if fact.kind == "caption" and fact.composition.colour == shown.colour and fact.composition.layout == shown.layout:
            kinds = NAMING[shown.layout]
        if kinds:
            kind = rng.choice(kinds)
            return "follows", fact, *fact.asked(rng.randrange(len(questions.PICTURE[kind])), rng, kind), fact.kind == "caption" or rng.random() < 0.85
    kinds = [k for k in questions.KINDS_OF[shown.layout] if not related(fact.kind, k)]
    near = [k for k in kinds if k in NAMED | FOLLOWING]  # the harder ones: the other thing, or the same words about another place
    kind = rng.choice(near if near and rng.random() < 0.6 else kinds)
    question, answer = questions.ask(shown, kind, rng)
    return "other", fact, questions.form(question, kind), answer, True


def example(rng, shown, demonstrations):
    """(what it tests, blocks, whether the picture is shown); the last demonstration is sometimes the fact's own copy, as IKE appends it."""
    tests, fact, prompt, answer, seen = query(rng, shown)
    if demonstrations == 0 and rng.random() < 0.25:
        return f"{tests} plain", [plain_block(fact.src, fact.alt, prompt, answer)], seen
    before = [demonstration(rng, fact) for _ in range(demonstrations)]
    if before and rng.random() < 0.4:
        before[-1] = block(fact.src, fact.alt, fact.src, fact.alt)
    return tests, [*before, block(fact.src, fact.alt, prompt, answer)], seen
