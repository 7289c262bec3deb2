"""What follows a change, and what does not: evaluations are counted."""

from collections import Counter

from forms import Instance, compile_form
from tests.forms.survey import ENV, survey


class Counting(Instance):
    """An instance that counts the expressions it evaluates by the path of their node."""

    def __init__(self, *given):
        self.evaluated = Counter()
        super().__init__(*given)

    def value_of(self, ast, node, *more, **given):
        self.evaluated[node.path] += 1
        return super().value_of(ast, node, *more, **given)

    def test(self, ast, node, *more, **given):
        self.evaluated[node.path] += 1
        return super().test(ast, node, *more, **given)


def items(rows, extra=()):
    document = survey("type | name | calculation\ncalculate | total | sum(${cost})")
    inner = survey("""type | name | calculation | relevant
                      integer | qty | |
                      integer | price | |
                      calculate | cost | ${qty} * ${price} |
                      text | why | | ${cost} > 100""")["survey"]
    document["survey"].append({"type": "repeat", "name": "items", "label": "items", "children": [*inner, *extra]})
    answers = {"items": [{"__id": f"r{n}", "qty": 1, "price": 10} for n in range(rows)]}
    return Counting(compile_form(document).program, answers, ENV)


def test_a_change_in_one_row_of_500_asks_that_row_and_the_sum_alone():
    form = items(500)
    form.evaluated.clear()
    form.set("/items[r250]/qty", 20)
    assert form.evaluated == {"/items[r250]/cost": 1, "/items[r250]/why": 1, "/total": 1}
    assert form.answers()["total"] == 499 * 10 + 200


def test_a_new_row_asks_itself_alone_and_one_taken_away_nobody():
    form = items(500)
    form.evaluated.clear()
    form.add_row("/items", "new")
    assert form.evaluated == {"/items[new]/cost": 1, "/items[new]/why": 1, "/total": 1}
    form.evaluated.clear()
    form.remove_row("/items[r3]")
    assert form.evaluated == {"/total": 1}


def test_who_reads_other_rows_is_asked_in_every_row():
    share = {"type": "calculate", "name": "share", "calculation": "${cost} div sum(../../items/cost)"}
    form = items(20, [share])
    form.evaluated.clear()
    form.set("/items[r3]/qty", 2)
    assert sum(path.endswith("/share") for path in form.evaluated) == 20
    assert sum(path.endswith("/cost") for path in form.evaluated) == 1


def test_loading_evaluates_each_expression_once():
    assert set(items(50).evaluated.values()) == {1}
