"""A respondent with its answers, and the truth of them."""
from dataclasses import dataclass, field

from . import amounts, labels, words

PROMPTS = ["", "", "", "请填写", "请在此填写"]


@dataclass
class Answer:
    """What is written for an item; `truth` is None where the item counts as not answered."""
    text: str
    truth: object
    codes: list = field(default_factory=list)
    amount: object = None


@dataclass
class Respondent:
    name: str
    answers: dict

    def truth(self, keys):
        """The return as the truth tells it; items whose column is not among `keys` are missing."""
        answers = {k: a.truth for k, a in self.answers.items() if k in keys and a.truth is not None}
        codes = [(k, c) for k, a in self.answers.items() if k in keys for c in a.codes]
        codes += [(k, "missing") for k in labels.KEYS if k not in keys]
        return {"answers": answers, "issues": [issue(code, item) for item, code in codes]}


def issue(code, item=None, attachment=None):
    out = {"code": code, "severity": "remark" if code in amounts.REMARKS else "error"}
    if item:
        out["item"] = item
    if attachment:
        out["attachment"] = attachment
    return out


def text_answer(text):
    return Answer(text, text)


def revenue(amount):
    return Answer(amount.text, amount.truth(), list(amount.codes), amount)


def invent(rng, unit=None, formatted=False, one_line=False):
    """A respondent without a fault. With `unit`, its amount is a bare number; with `formatted`, one under a number format."""
    name = words.enterprise(rng)
    amount = amounts.formatted(rng) if formatted else amounts.bare(rng, unit) if unit else amounts.with_unit(rng)
    answers = {"name": text_answer(name)}
    answers |= {key: text_answer(words.answer(rng, key, one_line)) for key in labels.KEYS[1:5]}
    answers["revenue"] = revenue(amount)
    return Respondent(name, answers)


def spoil(rng, respondent, elsewhere):
    """Takes an answer away or makes it doubtful. `elsewhere`: a unit stands outside the cell. Returns the kind of fault."""
    kind = rng.choice(["missing", "missing", "absent", "not_an_amount", "doubtful"] + ([] if elsewhere else ["without_unit"] * 2))
    if kind == "missing":
        for key in rng.sample(labels.KEYS[1:5], rng.choice([1, 1, 2])):
            respondent.answers[key] = Answer(rng.choice(PROMPTS), None, ["missing"])
    else:
        make = {"absent": amounts.absent, "not_an_amount": amounts.no_number, "doubtful": amounts.doubtful, "without_unit": amounts.without_unit}[kind]
        respondent.answers["revenue"] = revenue(make(rng))
    return kind
