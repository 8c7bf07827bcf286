"""The screening panel: each demand, each scheme, and what is left for a person to decide (R410-R414)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from compliance.refusals import Invalid
from donors.rules import rules
from donors.validators.case import Findings, MarkerResult, MarkerState, PanelCase
from donors.validators.panel import judge_panel, merge_findings

DONATED = date(2026, 3, 10)
FULL = [
    "hiv12_ab",
    "hiv1_nat",
    "hbsag",
    "hbc_ab",
    "hbv_nat",
    "hcv_ab",
    "hcv_nat",
    "tp_specific",
    "wnv_nat",
    "htlv12_ab",
    "cmv_ab",
]


def result(marker, outcome="non_reactive", day=0, subject="birth_mother", **changes):
    made = MarkerResult(
        marker=marker,
        outcome=outcome,
        sampled_on=DONATED + timedelta(days=day),
        subject=subject,
        laboratory="Laboratory 12D3456789",
        kit="licensed kit 77",
        dilution="none",
    )
    return replace(made, **changes)


def case(source="UMSC", markers=FULL, extra=(), day=0, **changes):
    source_type = rules().source_types[source]
    made = PanelCase(
        source=source_type,
        use="allogeneic",
        donated_on=DONATED,
        results=(*(result(m, day=day, subject=source_type.subject) for m in markers), *extra),
        histories=frozenset(source_type.history_of),
        leukocyte_rich=True,
        htlv_risk=False,
    )
    return replace(made, **changes)


def judged(panel_case):
    return {summary.scheme: summary for summary in judge_panel(panel_case, rules())}


def codes(findings):
    return [finding.code for finding in findings]


def without(*markers):
    return [marker for marker in FULL if marker not in markers]


@pytest.mark.req("R411")
def test_panel_with_everything_met_leaves_nothing_open():
    summaries = judged(case())
    for scheme, edition, count in (("US", "US-2017", 13), ("EU", "EU-2006", 6)):
        summary = summaries[scheme]
        assert {status.state for status in summary.statuses} == {MarkerState.MET}
        assert summary.findings == Findings()
        assert (summary.edition, summary.rules_digest) == (edition, rules().digest)
        assert summary.words == f"{scheme} ({edition}): {count} of {count} tests met, 0 blocking, 0 missing"


@pytest.mark.req("R410")
def test_panel_never_says_eligible():
    summary = judged(case())["US"]
    assert not any("eligible" in name for name in dir(summary) + dir(summary.findings))
    assert "eligible" not in repr(summary)


@pytest.mark.req("R411")
@pytest.mark.parametrize(
    ("marker", "us", "eu"),
    [
        ("hiv12_ab", ["missing_hiv1_ab", "missing_hiv2_ab"], ["missing_hiv1_ab", "missing_hiv2_ab"]),
        ("hiv1_nat", ["missing_hiv1_nat"], ["repeat_sample"]),
        ("hbsag", ["missing_hbsag"], ["missing_hbsag"]),
        ("hbc_ab", ["missing_hbc_ab"], ["missing_hbc_ab"]),
        ("hbv_nat", ["missing_hbv_nat"], ["repeat_sample"]),
        ("hcv_ab", ["missing_hcv_ab"], ["missing_hcv_ab"]),
        ("hcv_nat", ["missing_hcv_nat"], ["repeat_sample"]),
        ("tp_specific", ["missing_syphilis"], ["missing_syphilis"]),
        ("wnv_nat", ["missing_wnv_nat"], []),
        ("htlv12_ab", ["missing_htlv1_ab", "missing_htlv2_ab"], []),
        ("cmv_ab", ["missing_cmv_ab"], []),
    ],
)
def test_panel_with_one_test_missing(marker, us, eu):
    summaries = judged(case(markers=without(marker)))
    assert codes(summaries["US"].findings.missing) == us
    assert codes(summaries["EU"].findings.missing) == eu
    assert merge_findings(summaries.values()).blocking == ()


@pytest.mark.req("R410")
@pytest.mark.parametrize("marker", without("cmv_ab"))
def test_panel_with_one_test_reactive_blocks(marker):
    reactive = [result(marker, "reactive")]
    findings = merge_findings(judged(case(markers=without(marker), extra=reactive)).values())
    assert {finding.scheme for finding in findings.blocking} == {"US", "EU"}
    assert all(finding.code.startswith("reactive_") for finding in findings.blocking)


@pytest.mark.req("R410")
@pytest.mark.parametrize("marker", without("cmv_ab"))
def test_panel_keeps_a_reactive_result_beside_a_later_good_one(marker):
    findings = merge_findings(judged(case(extra=[result(marker, "reactive", day=-400)])).values())
    assert findings.blocking


@pytest.mark.req("R411")
def test_panel_with_cmv_reactive_alone_blocks_nothing():
    summaries = judged(case(markers=without("cmv_ab"), extra=[result("cmv_ab", "reactive")]))
    findings = merge_findings(summaries.values())
    assert findings.blocking == findings.missing == ()
    assert [(finding.scheme, finding.code) for finding in findings.notes] == [
        ("EU", "reactive_cmv_ab"),
        ("US", "reactive_cmv_ab"),
    ]
    assert "does not exclude by itself" in findings.notes[0].text
    states = {status.demand: status.state for status in summaries["US"].statuses}
    assert states["cmv_ab"] is MarkerState.REACTIVE


@pytest.mark.req("R411")
def test_panel_of_a_source_that_is_not_leukocyte_rich():
    markers = without("htlv12_ab", "cmv_ab")
    assert judged(case(markers=markers, leukocyte_rich=False))["US"].findings == Findings()
    assert codes(
        judged(case(source="BMSC", markers=markers, leukocyte_rich=None))["US"].findings.missing
    ) == [
        "missing_htlv1_ab",
        "missing_htlv2_ab",
        "missing_cmv_ab",
    ]


@pytest.mark.req("R411")
def test_panel_of_a_source_not_decided_is_judged_as_leukocyte_rich():
    summaries = judged(case(markers=without("cmv_ab"), leukocyte_rich=None))
    assert codes(summaries["US"].findings.missing) == ["missing_cmv_ab"]
    assert codes(summaries["US"].findings.notes) == ["leukocyte_rich_undecided"]
    assert summaries["EU"].findings.notes == ()


@pytest.mark.req("R411")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kit": " "}, "test kit or laboratory not recorded"),
        ({"laboratory": ""}, "test kit or laboratory not recorded"),
        ({"outcome": "indeterminate"}, "result indeterminate"),
        ({"outcome": "invalid"}, "result invalid"),
        ({"subject": "donor"}, "sample of the donor, not of the birth mother"),
        ({"dilution": "unacceptable"}, "sample diluted beyond what the test allows"),
        ({"dilution": "not_assessed"}, "dilution of the sample not assessed"),
    ],
)
def test_panel_does_not_count_a_flawed_result(changes, reason):
    flawed = result("hbsag", **changes)
    summary = judged(case(markers=without("hbsag"), extra=[flawed]))["US"]
    assert codes(summary.findings.missing) == ["missing_hbsag"]
    assert summary.findings.missing[0].text == f"HBsAg: {reason}"


@pytest.mark.req("R411")
def test_panel_counts_a_diluted_sample_found_acceptable():
    summaries = judged(case(markers=without("hbsag"), extra=[result("hbsag", dilution="acceptable")]))
    assert merge_findings(summaries.values()) == Findings()


@pytest.mark.req("R412")
@pytest.mark.req("R413")
@pytest.mark.parametrize(
    ("source", "day", "us_met", "eu_met"),
    [
        ("UMSC", -7, True, False),
        ("UMSC", -8, False, False),
        ("UMSC", 7, True, True),
        ("UMSC", 8, False, False),
        ("BMSC", -30, True, True),
        ("BMSC", -31, False, False),
        ("BMSC", 7, True, False),
        ("BMSC", 8, False, False),
    ],
)
def test_panel_by_the_day_of_the_sample(source, day, us_met, eu_met):
    summaries = judged(case(source=source, day=day))
    for scheme, met in (("US", us_met), ("EU", eu_met)):
        states = {status.state for status in summaries[scheme].statuses}
        assert states == {MarkerState.MET if met else MarkerState.OUT_OF_WINDOW}
        found = [code for code in codes(summaries[scheme].findings.missing) if code != "repeat_sample"]
        assert all(code.startswith("out_of_window_") for code in found)
        assert bool(found) is not met


@pytest.mark.req("R412")
def test_panel_names_the_day_outside_the_window():
    status = judged(case(day=-8))["US"].statuses[0]
    assert status.reason == "sample on day −8, outside day −7 to day +7"


@pytest.mark.req("R413")
def test_panel_takes_the_sample_inside_among_several():
    summary = judged(case(day=-8, extra=[result(marker, day=1) for marker in FULL]))["EU"]
    assert summary.findings == Findings()
    assert summary.statuses[0].reason == "non-reactive in the sample of 2026-03-11"


@pytest.mark.req("R413")
def test_panel_with_a_second_sample_after_180_days_widens_the_first_window():
    naked = without("hiv1_nat", "hbv_nat", "hcv_nat")
    early = judged(case(markers=naked, day=-20))["EU"].findings.missing
    assert codes(early)[-1] == "repeat_sample"
    assert "2026-09-06" in early[-1].text
    at_179 = judged(case(markers=naked, day=-20, extra=[result(m, day=179) for m in naked]))["EU"]
    assert "repeat_sample" in codes(at_179.findings.missing)
    at_180 = judged(case(markers=naked, day=-20, extra=[result(m, day=180) for m in naked]))["EU"]
    assert at_180.findings == Findings()
    too_early = judged(case(markers=naked, day=-31, extra=[result(m, day=180) for m in naked]))["EU"]
    assert {status.state for status in too_early.statuses} == {MarkerState.OUT_OF_WINDOW}


@pytest.mark.req("R413")
@pytest.mark.parametrize("changes", [{"kept_long": False}, {"use": "autologous"}])
def test_panel_asks_no_second_sample(changes):
    naked = without("hiv1_nat", "hbv_nat", "hcv_nat")
    assert judged(case(markers=naked, **changes))["EU"].findings.missing == ()


@pytest.mark.req("R413")
def test_panel_second_sample_reactive_blocks():
    findings = judged(case(extra=[result("hbsag", "reactive", day=180)]))["EU"].findings
    assert codes(findings.blocking) == ["reactive_hbsag"]


@pytest.mark.req("R411")
def test_panel_syphilis_reactive_is_cleared_by_the_treponemal_test_of_the_same_sample():
    reactive = result("tp_nonspecific", "reactive")
    assert merge_findings(judged(case(extra=[reactive])).values()) == Findings()
    for other in (
        result("tp_specific", day=1),
        result("tp_specific", subject="donor"),
        result("tp_specific", outcome="indeterminate"),
        result("tp_specific", kit=""),
    ):
        findings = judged(case(markers=without("tp_specific"), extra=[reactive, other]))["US"].findings
        assert codes(findings.blocking) == ["reactive_syphilis"]


@pytest.mark.req("R413")
def test_panel_eu_asks_for_an_assessment_of_anti_hbc():
    summaries = judged(case(markers=without("hbc_ab"), extra=[result("hbc_ab", "reactive")]))
    assert "risk assessment" in summaries["EU"].findings.blocking[0].text
    assert "determined ineligible" in summaries["US"].findings.blocking[0].text


@pytest.mark.req("R413")
def test_panel_htlv_by_risk():
    no_htlv = without("htlv12_ab")
    assert codes(judged(case(markers=no_htlv, htlv_risk=True))["EU"].findings.missing) == ["missing_htlv1_ab"]
    assert codes(judged(case(markers=no_htlv, htlv_risk=None))["EU"].findings.missing) == [
        "missing_htlv1_ab",
        "htlv_risk_not_asked",
    ]
    assert judged(case(markers=no_htlv, htlv_risk=False))["EU"].findings == Findings()


@pytest.mark.req("R410")
def test_panel_asks_for_the_screening_of_every_person():
    summaries = judged(case(source="PMSC", histories=frozenset({"birth_mother"})))
    assert (
        codes(summaries["US"].findings.missing)
        == codes(summaries["EU"].findings.missing)
        == ["history_newborn"]
    )
    neonate = case(source="GMSC", born_on=DONATED, markers=())
    assert "history_birth_mother" in codes(judged(neonate)["US"].findings.missing)


@pytest.mark.req("R410")
def test_panel_with_a_risk_found_by_screening_blocks():
    for findings in (
        summary.findings for summary in judge_panel(case(risks=frozenset({"newborn"})), rules())
    ):
        assert codes(findings.blocking) == ["risk_newborn"]
        assert findings.missing == findings.notes == ()
    own = judged(case(source="BMSC", use="autologous", risks=frozenset({"donor"})))["US"].findings
    assert (own.blocking, codes(own.notes)) == ((), ["risk_donor"])


@pytest.mark.req("R410")
def test_panel_for_the_donors_own_use():
    summaries = judged(case(source="BMSC", markers=(), use="autologous", htlv_risk=None))
    us, eu = summaries["US"].findings, summaries["EU"].findings
    assert us.blocking == us.missing == ()
    assert all(finding.text.endswith("not required for autologous use") for finding in us.notes)
    assert len(us.notes) == 13
    assert codes(eu.missing)[-1] == "htlv_risk_not_asked"
    assert eu.blocking == ()


@pytest.mark.req("R410")
def test_panel_reactive_for_the_donors_own_use_is_a_note():
    reactive = result("hbsag", "reactive", subject="donor")
    summaries = judged(case(source="BMSC", markers=without("hbsag"), extra=[reactive], use="autologous"))
    for summary in summaries.values():
        assert summary.findings.blocking == ()
        assert codes(summary.findings.notes) == ["reactive_hbsag"]
        assert "isolate and label" in summary.findings.notes[0].text


@pytest.mark.req("R411")
@pytest.mark.parametrize(
    ("donated_on", "us", "eu"),
    [
        (date(2004, 1, 1), "", ""),
        (date(2006, 11, 1), "US-2005", "EU-2006"),
        (date(2017, 2, 28), "US-2005", "EU-2006"),
        (date(2017, 3, 1), "US-2017", "EU-2006"),
        (date(2027, 8, 6), "US-2017", "EU-2006"),
        (date(2027, 8, 7), "US-2017", "EU-2027-provisional"),
    ],
)
def test_panel_by_the_edition_of_the_day_of_the_donation(donated_on, us, eu):
    summaries = judged(case(donated_on=donated_on, markers=()))
    assert (summaries["US"].edition, summaries["EU"].edition) == (us, eu)
    if not us:
        assert codes(summaries["US"].findings.missing) == ["no_edition"]
        assert summaries["US"].words == "US (no rules): 0 of 0 tests met, 0 blocking, 1 missing"


@pytest.mark.req("R411")
def test_panel_of_the_older_edition_asks_for_less():
    donated_on = date(2016, 5, 2)
    results = [result(m, sampled_on=donated_on) for m in without("hbv_nat", "wnv_nat")]
    assert judged(case(donated_on=donated_on, markers=(), extra=results))["US"].findings == Findings()


@pytest.mark.req("R413")
def test_panel_says_that_an_edition_is_provisional():
    donated_on = date(2027, 8, 7)
    results = [result(marker, sampled_on=donated_on) for marker in FULL]
    findings = judged(case(donated_on=donated_on, markers=(), extra=results))["EU"].findings
    assert codes(findings.notes) == ["edition_note"]
    assert findings.blocking == findings.missing == ()


@pytest.mark.req("R411")
def test_panel_refuses_a_test_no_rule_knows():
    with pytest.raises(Invalid) as refused:
        judge_panel(case(extra=[result("hiv3_ab")]), rules())
    assert refused.value.code == "marker_unknown"
    assert "hiv3_ab" in refused.value.text


@pytest.mark.req("R414")
def test_panel_of_a_donor_without_results_leaves_all_open():
    summaries = judged(case(markers=(), histories=frozenset()))
    for summary in summaries.values():
        assert {status.state for status in summary.statuses} == {MarkerState.MISSING}
        assert {status.reason for status in summary.statuses} == {"no result"}
        assert len(summary.findings.missing) >= len(summary.statuses) + 2


def test_findings_add_up_in_order():
    summaries = judge_panel(case(markers=()), rules())
    merged = merge_findings(summaries)
    assert merged.missing == summaries[0].findings.missing + summaries[1].findings.missing
    assert merge_findings([]) == Findings()
