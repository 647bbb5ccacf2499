"""Runs as JUnit XML, for whatever collects the results of tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET  # Written here, never read.

from services.rehearsal.report.report import Report


def junit(reports: Sequence[Report]) -> str:
    """A suite a scenario, a case an expectation."""
    root = ET.Element("testsuites", name="detente rehearse")
    for report in reports:
        failures = [each for each in report.judged if not each.holds]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=report.scenario,
            tests=str(len(report.judged)),
            failures=str(len(failures)),
            errors="0",
            skipped="0",
            time=f"{report.took_s:.3f}",
        )
        properties = ET.SubElement(suite, "properties")
        for name, value in (
            ("outcome-hash", report.outcome_hash),
            ("course-hash", report.course_hash),
            ("on", report.on),
            ("file", report.file),
        ):
            ET.SubElement(properties, "property", name=name, value=value)
        for each in report.judged:
            case = ET.SubElement(
                suite, "testcase", classname=report.scenario, name=each.expects, time="0"
            )
            if not each.holds:
                failure = ET.SubElement(case, "failure", message=each.seen)
                failure.text = f"expected: {each.expects}\nseen: {each.seen}"
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
