"""The ledger of claims: words as printed, checks, ratings by rule, and the trail."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import claims, report
from analysis.charts import five_copies as five_copies_charts
from analysis.charts import trail as trail_charts
from analysis.charts import verdicts as verdicts_charts
from analysis.claims import rule, trail, words
from analysis.claims.measures import MEASURES
from press import figures
from press.estimate import Estimate
from press.facts import DATA, Facts
from press.main import main
from press.publishing import prose
from press.tables import EVIDENCE, MAX_QUOTE_WORDS, DataError

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = ROOT.parent / "shared" / "articles"
"""The copies are never committed; where they lie beside the project, quotes are compared."""


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts()


# --- the words as printed ----------------------------------------------------------------------


def test_every_claim_stands_in_every_copy(facts: Facts) -> None:
    rows = facts.rows("claim_wordings")
    numbers = list(dict.fromkeys(row["number"] for row in facts.rows("claims")))
    assert [(r["number"], r["copy"]) for r in rows] == [
        (number, copy) for number in numbers for copy in claims.COPIES
    ]
    assert all(r["wording"] == f"{r['number']}-{r['copy']}" for r in rows)


def test_states_are_those_of_the_review(facts: Facts) -> None:
    states = {row["wording"]: row["state"] for row in facts.rows("claim_wordings")}
    for wording in ("17-hi", "2-fil", "3-de", "8-nl"):
        assert states[wording] == "garbled"
    for wording in ("9-fil", "12-vi"):
        assert states[wording] == "changed"
    assert claims.state_counts(facts) == {"kept": 30, "changed": 37, "garbled": 19, "absent": 4}


def test_wordings_that_edition_1_cut_or_misread_cannot_come_back(facts: Facts) -> None:
    rows = {row["wording"]: row for row in facts.rows("claim_wordings")}
    assert rows["6-de"]["quote"].startswith("Trotzdem erscheint")
    assert "gesamten Infrastruktur" in rows["7-de"]["quote"]
    assert "High-Flyer" in rows["11-hi"]["gloss"]
    assert not any("“Only”" in (row["note"] or "") for row in rows.values())
    assert not any("only" in rows[f"15-{copy}"]["gloss"] for copy in ("de", "nl", "hi", "fil"))


@pytest.mark.skipif(not ARTICLES.exists(), reason="the copies lie beside the project only")
@pytest.mark.parametrize("copy", claims.COPIES)
def test_quotes_are_the_copies_words(facts: Facts, copy: str) -> None:
    text = (ARTICLES / f"{copy}.txt").read_text(encoding="utf-8")
    quotes = [r["quote"] for r in facts.rows("claim_wordings", copy=copy) if r["quote"]]
    title = facts.row("copies", copy)["quote_title"]
    for quote in [*quotes, *([title] if title else [])]:
        assert quote in text
        assert len(quote.split()) <= MAX_QUOTE_WORDS
    assert sum(map(len, quotes)) < 0.6 * len(text), "a copy must not be reproduced"
    assert facts.row("copies", copy)["words"] == len(text.split())


def test_states_and_notes_agree(facts: Facts) -> None:
    for row in facts.rows("claim_wordings"):
        if row["state"] in ("changed", "garbled"):
            assert row["note"], f"{row['wording']}: what changed?"
        if row["state"] == "absent":
            assert not any(row[column] for column in ("quote", "gloss", "note", "value"))
        else:
            assert row["gloss"]
        assert (row["value"] is None) == (row["unit"] is None)


def test_every_printed_main_number_is_the_claims(facts: Facts) -> None:
    printed, same = claims.numbers_printed(facts)
    assert printed == same == 41


def test_sites_of_copies_are_named_and_never_linked(facts: Facts) -> None:
    sites = {r["site"] for r in facts.rows("copies") if r["site"]} | {"ensigame.com"}
    pages = [*ROOT.glob("book/*.md"), DATA / "sources.csv"]
    for page in pages:
        addresses = re.findall(r"https?://[^\s)>,]+", page.read_text(encoding="utf-8"))
        assert not [a for a in addresses for site in sites if site in a], page


# --- the rule ----------------------------------------------------------------------------------

CHECKS = st.builds(
    rule.Check,
    outcome=st.sampled_from([rule.AGREES, rule.CONTRADICTS, rule.SILENT]),
    elsewhere=st.booleans(),
    primary=st.booleans(),
    origins=st.integers(0, 4),
    evidence=st.sampled_from(EVIDENCE),
)


@given(CHECKS, st.booleans(), st.booleans())
def test_rule_gives_a_rating_of_the_scale(check: rule.Check, context: bool, gone: bool) -> None:
    rating = rule.rate(check, context=context, withdrawn=gone)
    assert rating in Facts().table("ratings").by_key
    assert (rating == rule.WITHDRAWN) == gone


@given(CHECKS, st.booleans())
def test_unverified_evidence_neither_supports_nor_refutes(check: rule.Check, context: bool) -> None:
    weak = rule.Check(
        check.outcome, (), check.elsewhere, check.primary, check.origins, "unverified"
    )
    assert rule.rate(weak, context=context) in (rule.MISLEADING, rule.UNDECIDABLE)


@given(CHECKS)
def test_missing_context_only_ever_lowers_supported(check: rule.Check) -> None:
    without, with_context = (rule.rate(check, context=c) for c in (False, True))
    assert without == with_context or (without, with_context) == (
        rule.SUPPORTED,
        rule.CONTEXT_MISSING,
    )


@given(CHECKS)
def test_one_relayed_origin_never_supports(check: rule.Check) -> None:
    alone = rule.Check(rule.AGREES, (), check.elsewhere, False, 1, "analyst")
    assert rule.rate(alone, context=False) == rule.UNDECIDABLE


@given(st.floats(1, 1e12), st.floats(0, 1), st.floats(0, 1), st.sampled_from(["about", "over"]))
def test_compare_grows_with_tolerance(best: float, off: float, more: float, relation: str) -> None:
    claimed = best * (1 + off)
    tight, loose = (
        rule.compare(claimed, Estimate(best), relation, best * tolerance)
        for tolerance in (off / 2, off / 2 + more)
    )
    assert tight == rule.CONTRADICTS or loose == rule.AGREES
    assert rule.compare(best, Estimate(best), relation, 0.0) == rule.AGREES


# --- the ratings -------------------------------------------------------------------------------


def test_ratings_of_this_edition(facts: Facts) -> None:
    found = {v.claim: v.rating for v in claims.ratings(facts)}
    missing, mislead, open_ = rule.CONTEXT_MISSING, rule.MISLEADING, rule.UNDECIDABLE
    assert found == {
        "1": open_, "2": missing, "3": missing, "4": missing, "5": mislead, "6": missing,
        "7a": missing, "7b": rule.WRONG, "7c": rule.SUPPORTED, "7d": open_, "8": open_,
        "9a": open_, "9b": mislead, "10": open_, "11": missing, "12": open_, "13": missing,
        "14": mislead, "15a": open_, "15b": rule.SUPPORTED, "16": open_, "17": mislead,
        "18a": open_, "18b": missing,
    }  # fmt: skip
    assert claims.problems(facts) == []


def test_every_rating_is_the_rules_on_every_reading(facts: Facts) -> None:
    """The recorded ratings of both tables are what the one rule gives."""
    recorded = {row["id"]: row["rating"] for row in facts.rows("claim_readings")}
    given = {}
    for verdict in claims.ratings(facts):
        assert verdict.row["rating"] == verdict.rating
        for reading in verdict.readings:
            context = reading.row["context"]
            assert reading.rating == rule.rate(reading.check, context=context)
            given[reading.row["id"]] = reading.rating
    assert given == recorded


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("2.percent", rule.WRONG),  # the nine comparators of the review
        ("7a.tighter", rule.WRONG),
        ("8.documented", rule.WRONG),
        ("8.alone", rule.MISLEADING),
        ("9a.ours", rule.UNDECIDABLE),
        ("9a.alone", rule.MISLEADING),
        ("10.ours", rule.UNDECIDABLE),
        ("10.year", rule.MISLEADING),
        ("13.one", rule.SUPPORTED),
        ("16.ours", rule.UNDECIDABLE),
        ("17.r1", rule.MISLEADING),
        ("17.interval", rule.MISLEADING),
        ("18b.closed", rule.UNDECIDABLE),
        ("8.wang", rule.CONTEXT_MISSING),  # what the other side would insist on
        ("9a.documented", rule.WRONG),
        ("10.alone", rule.MISLEADING),
        ("16.documented", rule.WRONG),
        ("18b.sonnet", rule.CONTEXT_MISSING),
    ],
)
def test_readings_of_the_review(facts: Facts, reading: str, expected: str) -> None:
    assert facts.row("claim_readings", reading)["rating"] == expected


def test_fleet_and_money_are_held_to_one_standard(facts: Facts) -> None:
    """Claims 8, 9, 10 and 16 are compared with their source's own number, for the same thing."""
    for claim in ("8", "9a", "10", "16"):
        ours = claims.verdict(claim, facts).readings[0]
        assert ours.row["against"] == facts.row("claims", claim)["origin"]
        assert ours.row["differs_in"] is None
        assert claims.verdict(claim, facts).check.origins == 1


def test_claim_17_survives_on_r1_alone(facts: Facts) -> None:
    first, second = claims.verdict("17", facts).readings[1].check.comparisons
    assert (first.outcome, second.outcome) == (rule.AGREES, rule.CONTRADICTS)
    cheap = Facts(overrides={"R1-004": 5e6 / 2})  # R1 at about the claimed sum
    held = {r.row["id"]: r.rating for r in claims.verdict("17", cheap).readings}
    assert held["17.r1"] != rule.MISLEADING
    assert held["17.interval"] != rule.MISLEADING


def test_one_firm_counts_once_in_all_its_texts(facts: Facts) -> None:
    assert trail.origins(["SA-06", "SA-07", "SA-12", "SA-24"], facts) == {"SemiAnalysis"}


@pytest.mark.parametrize(
    ("claim", "fact", "value", "expected"),
    [
        ("3", "V3-036", 0, rule.WRONG),  # nothing beyond the next token
        ("4", "V3-031", 6, rule.WRONG),
        ("6", "V3-009", 3.42, rule.WRONG),  # at the listed price it is nine million
        ("6", "V3-016", 4096, rule.WRONG),
        ("7a", "V3-001", 1_000_000, rule.WRONG),
        ("9b", "LK-08", 1.6e9, rule.UNDECIDABLE),  # right, but one firm's word
        ("9a", "SA-06", 1.3e9, rule.WRONG),
        ("10", "SA-07", 715e6, rule.WRONG),  # no longer the source's number either
        ("14", "SA-18", 1.0e6, rule.UNDECIDABLE),
        ("15b", "CO-33", 0.4, rule.WRONG),
        ("17", "GP-E-GPT-4o-amort", 100e6, rule.MISLEADING),  # R1's half still fails
    ],
)
def test_rating_follows_the_fact(claim: str, fact: str, value: float, expected: str) -> None:
    changed = Facts(overrides={fact: value})
    given = claims.rating(claim, changed)
    assert given == expected
    line = 2 + [row["claim"] for row in Facts().table("claims").rows].index(claim)
    moved = given != claims.rating(claim, Facts())
    bad = claims.problems(changed)
    assert moved == any(f"claims.csv:{line}: column 'rating'" in problem for problem in bad)


def test_larger_earlier_losses_refute_claim_2() -> None:
    rows = Facts().rows("one_day_losses")
    earlier = [r["id"] for r in rows if r["date"] < "2025-01-27"]
    larger = {f"one_day_losses/{key}.loss_usd": 700e9 for key in earlier[:6]}
    assert claims.rating("2", Facts(overrides=larger)) == rule.WRONG


def test_readings_are_whole(facts: Facts) -> None:
    for row in facts.rows("claim_readings"):
        assert row["against"] or row["finding"]
        for name in (row["against"] or "").split():
            assert name in MEASURES or name in facts.table("facts").by_key, row["id"]
        for name in (row["witnesses"] or "").split():
            trail.witness(name, facts)
        if row["rating"] == rule.CONTEXT_MISSING:
            assert facts.row("claims", row["claim"])["context"] or not row["ours"]
    for verdict in claims.ratings(facts):
        assert len(verdict.readings) > 1, "a critic reads every claim otherwise"
        assert verdict.stable == (len({r.rating for r in verdict.readings}) == 1)


def test_flips_are_what_the_rule_gives(facts: Facts) -> None:
    for verdict in claims.ratings(facts):
        assert all(then != verdict.rating for _, then in verdict.flips)
        assert len(words.what_flips(verdict)) == len(verdict.flips) > 0
    assert "evidence that contradicts (not $5.5M to $6.5M or not 2,048 GPUs): Wrong" in (
        words.what_flips(claims.verdict("6", facts))
    )


@given(CHECKS, st.booleans())
def test_a_flip_always_changes_the_rating(check: rule.Check, context: bool) -> None:
    now = rule.rate(check, context=context)
    assert all(then != now for _, then in rule.flips(check, context=context))


def test_best_evidence_is_a_fact_or_a_figure(facts: Facts) -> None:
    for row in facts.rows("claims"):
        if row["best"] and row["best"] not in facts.table("facts").by_key:
            figures.definition(row["best"])
        if row["origin"]:
            assert row["origin_meaning"]
        for name in [*(row["quoted"] or "").split(), *filter(None, [row["origin"]])]:
            assert facts[name].source


def test_reasons_type_no_number(facts: Facts) -> None:
    for row in facts.rows("claims"):
        for column in ("reasons", "context", "changes", "meaning", "origin_meaning", "sentence"):
            said = r"50,000 Hopper|\$6 million|\{num\}`[^`]*`"  # the claim's words, and keys
            text = re.sub(said, "", row[column] or "")
            assert not prose.numerals(text), (row["claim"], column)


def test_sentences_cite_what_exists_and_are_what_the_editions_translate(facts: Facts) -> None:
    passages = report.passages(facts)
    for row in facts.rows("claims"):
        assert passages[f"claim.{row['claim']}.sentence"] == row["sentence"]
        for key in re.findall(r"\{num\}`([\w.-]+)", row["sentence"]):
            if key not in facts.table("facts").by_key:
                figures.definition(key)


def test_a_copy_is_quoted_for_the_parts_that_it_makes(facts: Facts) -> None:
    quotes = report.quotes(facts)
    assert quotes["nl"]["15a"]["state"] == "absent"
    assert quotes["nl"]["15b"]["quote"] == "voornamelijk van Chinese universiteiten."
    assert quotes["de"]["9b"]["state"] == quotes["hi"]["9a"]["state"] == "absent"
    assert all(set(found) == set(claims.claim_records(facts)) for found in quotes.values())


def test_what_the_parties_said_is_on_record_or_unknown(facts: Facts) -> None:
    rows = facts.rows("claim_parties")
    assert {row["number"] for row in rows} == {row["number"] for row in facts.rows("claims")}
    for row in rows:
        if row["fact"]:
            assert row["quote"] == facts[row["fact"]].quote, row["id"]
    html = verdicts_charts.parties_table(15, facts)._repr_html_()
    assert '<span lang="zh">' in html


# --- bad input ---------------------------------------------------------------------------------


def _edited(folder: Path, table: str, old: str, new: str) -> Facts:
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Facts(folder)


def test_bad_ledgers_are_refused(tmp_path: Path) -> None:
    wrong = "verdicts.refinement_share,left-out,Wrong,"
    place = "data/claims.csv:9: column 'rating'"
    unknown = claims.problems(
        _edited(tmp_path / "a", "claims", wrong, wrong.replace("Wrong", "No"))
    )
    assert unknown == [
        f"{place}: found 'No', expected one of “Supported”, "
        "“Supported, context missing”, “Misleading”, “Wrong”, “Undecidable”, “Withdrawn”"
    ]
    other = wrong.replace("Wrong", "Supported")
    (against,) = claims.problems(_edited(tmp_path / "b", "claims", wrong, other))
    assert place in against
    assert "which the rule gives" in against
    lost = _edited(tmp_path / "c", "claim_wordings", "13-fil,13,fil,13", "13-fil,13,de,13")
    assert any("claims.csv:18" in line and "13-fil" in line for line in claims.problems(lost))
    empty = _edited(tmp_path / "d", "claim_wordings", "1-vi,1,vi,,absent", "1-vi,1,vi,,kept")
    assert any("claim_wordings.csv:4: column 'quote'" in line for line in claims.problems(empty))
    long = _edited(tmp_path / "e", "claim_wordings", "voornamelijk van", "woord " * 26 + "van")
    with pytest.raises(DataError, match=r"claim_wordings\.csv:\d+: column 'quote'.*at most 25"):
        claims.problems(long)
    part = _edited(tmp_path / "f", "claim_wordings", "15-nl,15,nl,15b", "15-nl,15,nl,14")
    assert any("column 'claims': found '14'" in line for line in claims.problems(part))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("17.r1,17,", "17.r1,19,", "column 'claim': found '19', expected a claim of claims.csv"),
        ("17.r1,17,", "r1,17,", "column 'id': found 'r1', expected the claim and a name"),
        ("17.r1,17,R1 alone,false,Misleading", "17.r1,17,R1 alone,false,Wrong", "which the rule"),
        ("17.r1,17,R1 alone,false,Misleading", "17.r1,17,R1 alone,false,No", "expected one of"),
        (",r1_cost,second,", ",r1_bill,second,", "no fact 'r1_bill'"),
        (",r1_cost,second,", ",r1_cost,both,", "names 1 numbers to compare with, expected 2"),
        (",r1_cost,second,,,about,", ",r1_cost,second,,,,", "lacks a number, a relation"),
        ("17.r1,17,R1 alone,false", "17.r1,17,R1 alone,true", "needs one reading that is ours"),
        ("GP-E-GPT-4o-amort R1-010", "GP-E-GPT-4o-amort R1-999", "no fact 'R1-999'"),
    ],
)
def test_bad_readings_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = claims.problems(_edited(tmp_path, "claim_readings", old, new))
    named = [line for line in found if said in line]
    assert named, found
    assert all(re.match(r"data/claim(s|_readings)\.csv:\d+: column", line) for line in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1-1,1,", "1-1,99,", "column 'number': found 99"),
        (",unknown,,no statement on the greeting", ",on record,,no statement on the greeting",
         "column 'status'"),
        (",V3-072,primary", ",V3-999,primary", "column 'fact': found 'V3-999'"),
    ],
)  # fmt: skip
def test_bad_statements_of_parties_are_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    (line,) = claims.problems(_edited(tmp_path, "claim_parties", old, new))
    assert re.match(r"data/claim_parties\.csv:\d+: ", line)
    assert said in line


def test_a_claim_withdrawn_is_withdrawn_on_every_reading(tmp_path: Path) -> None:
    row = "verdicts.refinement_share,left-out,Wrong,"
    gone = _edited(tmp_path, "claims", row, row.replace("Wrong,", "Withdrawn,2026-11-30"))
    assert {r.rating for r in claims.verdict("7b", gone).readings} == {rule.WITHDRAWN}


# --- for machines ------------------------------------------------------------------------------


def test_claim_reviews_have_what_readers_require(facts: Facts) -> None:
    for verdict in claims.ratings(facts):
        review = claims.claim_review(verdict, "https://example.org/verdicts.html", facts)
        json.dumps(review)
        assert review["@context"] == "https://schema.org"
        assert review["@type"] == "ClaimReview"
        assert review["url"] == f"https://example.org/verdicts.html#claim-{verdict.claim}"
        assert 0 < len(review["claimReviewed"]) <= 75
        rating = review["reviewRating"]
        assert rating["alternateName"] == verdict.rating
        assert rating["alternateName"].lower() not in review["claimReviewed"].lower()
        if "ratingValue" in rating:
            assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
        else:
            assert verdict.rating in (rule.UNDECIDABLE, rule.WITHDRAWN)
        assert review["author"]["name"]
        assert review["itemReviewed"]["appearance"]
        assert "url" not in json.dumps(review["itemReviewed"]), "copies are never linked"
    assert list(claims.claim_records(facts)) == [row["claim"] for row in facts.rows("claims")]


def test_the_command_prints_every_reading(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["claim"] for row in found] == list(claims.claim_records(Facts()))
    for row in found:
        assert set(row) == {"claim", "rating", "readings", "stable"}
        assert row["readings"][0]["rating"] == row["rating"]
        assert row["stable"] == (len({r["rating"] for r in row["readings"]}) == 1)
    assert main(["claims"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + sum(len(r["readings"]) for r in found)


def test_verdicts_chapter_has_an_entry_for_each_claim(facts: Facts) -> None:
    text = (ROOT / "book" / "verdicts.md").read_text(encoding="utf-8")
    parts = re.split(r"^\(claim-\d+\)=$", text, flags=re.MULTILINE)[1:]
    for number, part in enumerate(parts, 1):
        assert f"charts.entry({number}, facts)" in part
        assert "**What its source said.**" in part
        assert "**Our check.**" in part
    assert len(parts) == len({row["number"] for row in facts.rows("claims")})


def test_an_entry_shows_ratings_choices_flips_wordings_and_parties(facts: Facts) -> None:
    for number in {row["number"] for row in facts.rows("claims")}:
        html = verdicts_charts.entry(number, facts)._repr_html_()
        for verdict in claims.ratings(facts):
            if verdict.number == number:
                assert f"({verdict.agreeing} of {len(verdict.readings)} readings)" in html
                assert (f'id="claim-{verdict.claim}"' in html) == (verdict.claim != str(number))
        for words_ in ("What would change it", "What would flip our rating", "as printed",
                       "what the parties said", "ours first"):  # fmt: skip
            assert words_ in html
    with pytest.raises(KeyError, match="no claim with the number 99"):
        verdicts_charts.entry(99, facts)


def test_listed_sentences_are_gone() -> None:
    verdicts, copies = (
        (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
        for name in ("verdicts", "five-copies")
    )
    for sentence in ("headlines are right", "nobody has shown", "A rating is not typed"):
        assert sentence not in verdicts
    assert "“only” does not" not in copies


# --- the trail ---------------------------------------------------------------------------------


def test_trail_is_whole(facts: Facts) -> None:
    found = trail.statements(facts)
    assert {s.thread for s in found.values()} == set(trail.THREADS)
    for link in trail.links(facts):
        assert {link.later, link.earlier} <= set(found), link
        assert found[link.later].thread == found[link.earlier].thread
    for row in facts.rows("trail_nodes"):
        assert not (row["fact"] and row["wording"])
        assert row["fact"] or row["wording"] or row["evidence"] == "unverified"
        assert row["node"].startswith(row["thread"] + ".")
    for row in facts.rows("trail_edges"):
        if row["fact"]:
            facts[row["fact"]]


def test_the_one_circle_is_found(facts: Facts) -> None:
    assert trail.circles(facts) == [("Amodei", "SemiAnalysis")]
    fleet = [f"fleet_estimates/{r['key']}" for r in facts.rows("fleet_estimates") if r["cites"]]
    supposed = [
        f"fleet_estimates/{r['key']}" for r in facts.rows("fleet_estimates", link="supposed")
    ]
    assert trail.origins(set(fleet) - set(supposed), facts) == {"SemiAnalysis"}
    assert trail.origins(["CO-03", "SA-15"], facts) == {"wikipedia-deepseek", "SemiAnalysis"}


def test_no_circle_without_the_link_that_closes_it(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "trail_edges.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if "fleet.amodei" not in x), encoding="utf-8")
    assert trail.circles(Facts(tmp_path)) == []


# --- charts ------------------------------------------------------------------------------------


def test_charts_say_what_they_find(facts: Facts) -> None:
    grid = five_copies_charts.grid_chart(five_copies_charts.grid_frame(facts)).to_dict()["usermeta"]
    assert grid["title"].startswith("The copies keep a claim whole in 30 of 90")
    assert len(grid["rows"]) == 90
    rated = verdicts_charts.ratings_tiles(verdicts_charts.ratings_frame(facts))
    assert rated.title.startswith("Two hold as printed; eight hold but leave out")
    html = rated._repr_html_()
    assert html.count("<li>") == 24
    assert re.search(r'href="verdicts.html#claim-7b"><b>7b</b>.*?<span class="rating wrong">', html)
    assert "24 ratings" in verdicts_charts.ratings_line(facts)._repr_html_()


def test_tables_mark_the_language_of_quotes(facts: Facts) -> None:
    html = verdicts_charts.wordings_table(8, facts)._repr_html_()
    assert '<span lang="vi">' in html
    assert "phễu" in html
    assert "garbled" in html
    assert "<span lang=" in trail_charts.elsewhere_table(facts)._repr_html_()
