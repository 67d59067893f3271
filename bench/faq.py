"""`python -m bench faq`: how well what people type is understood, by several ways of matching; and how fast.

Nothing but the shipped questions is needed, no database. The table stands in `docs/faq_matching.md`.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from time import process_time

from faq.matching.index import Entry, build
from faq.matching.judging import Kind, judge
from faq.tests import measuring
from faq.tests.measuring import Hits, Maker
from faq.tests.test_matching import many_questions

WAYS: dict[str, Maker] = {
    "runs of three letters in common": measuring.by_runs_of_letters,
    "words in common": measuring.by_words,
    "BM25 over words, one document a question": measuring.by_bm25,
    "TF-IDF over runs of letters": measuring.by_rare_letters,
    "the portal's": measuring.ours,
}
# First, among three; refused of the texts of others, and of real ones; milliseconds.
LEAST_FIRST, LEAST_AMONG_THREE, LEAST_REFUSED, MOST_REFUSED, MOST_MS = 0.75, 0.92, 0.85, 0.05, 20.0
QUESTIONS = 1000


def main() -> int:
    print(
        "| way | left out, heard: first, of three | without our own wordings | all | held back | held later |"
    )
    print("|---|---|---|---|---|---|")
    for name, make in WAYS.items():
        knowing_all = make(measuring.entries())
        cells = [
            measuring.leave_one_each_out(make, only_heard=True),
            measuring.leave_one_each_out(_with_heard_only(make), only_heard=True),
            measuring.leave_one_each_out(make, only_heard=False),
            measuring.count((text, key, knowing_all) for text, key in measuring.held()),
            measuring.count((text, key, knowing_all) for text, key in measuring.held_later()),
        ]
        print(f"| {name} | {' | '.join(_said(hits) for hits in cells)} |", flush=True)
    exact = measuring.leave_one_out(measuring.ours, only_heard=True)
    print(f"\nEach heard wording left out alone, {exact.texts} of them: {_said(exact)}")
    return max(_is_under(exact), _refusals(), _speed())


def _with_heard_only(make: Maker) -> Maker:
    heard = {question.key: {question.asks, *question.heard} for question in measuring.shipped_questions()}

    def made(known: Sequence[Entry]) -> measuring.Matcher:
        return make(
            [
                replace(entry, wordings=tuple(said for said in entry.wordings if said in heard[entry.key]))
                for entry in known
            ]
        )

    return made


def _said(hits: Hits) -> str:
    return f"{hits.first_share:.1%}, {hits.three_share:.1%}"


def _is_under(hits: Hits) -> int:
    return int(hits.first_share < LEAST_FIRST or hits.three_share < LEAST_AMONG_THREE)


def _refusals() -> int:
    others = measuring.kinds(measuring.elsewhere())
    held_back = measuring.kinds([*measuring.held_elsewhere(), *measuring.held_later_elsewhere()])
    real = measuring.kinds(
        [text for text, _ in (*measuring.unseen(), *measuring.held(), *measuring.held_later())]
    )
    refused = others[Kind.UNKNOWN] / others.total()
    lost = real[Kind.UNKNOWN] / real.total()
    print(
        f"Refused: {refused:.0%} of {others.total()} texts that are none of ours, "
        f"{held_back[Kind.UNKNOWN]} of {held_back.total()} held back; {lost:.1%} of {real.total()} real ones."
    )
    print(
        f"Of real ones {real[Kind.ANSWER] / real.total():.0%} are answered at once, the others with choices."
    )
    return int(refused < LEAST_REFUSED or lost > MOST_REFUSED)


def _speed() -> int:
    began = process_time()
    made = build(list(many_questions(QUESTIONS)))
    building = process_time() - began
    began = process_time()
    build(list(many_questions(QUESTIONS)))
    again = process_time() - began
    keys = frozenset(made.keys)
    times = []
    for text in [*(text for text, _ in measuring.held()), *measuring.elsewhere()]:
        # Of the processor: what else the machine does is not ours.
        began = process_time()
        judge(made, text, among=keys)
        times.append((process_time() - began) * 1000)
    slow = sorted(times)[int(len(times) * 0.95)]
    print(
        f"{QUESTIONS} questions: index made in {building:.1f} s, again in {again:.1f} s; "
        f"a text understood in {slow:.1f} ms (95th)."
    )
    return int(slow > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
