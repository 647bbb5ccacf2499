"""Regenerate jars.lock: `python -m deploy.kafka.lock`. Needs Maven and a repository it trusts."""

from __future__ import annotations

import tempfile
from pathlib import Path

from deploy.kafka.fetch import DEPENDENCY_PLUGIN, dependency_xml, project_xml, run_mvn
from deploy.kafka.jars import LOCK, Jar, sha256_of

KAFKA = "4.3.1"
LOG4J = "2.25.4"

# The POMs name log4j-core but not the binding from slf4j to it.
WHOLE = [
    ("org.apache.kafka", "kafka_2.13", KAFKA),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J),
]
# The command-line tools run on the broker's jars; what else they name is Kafka Connect.
ALONE = [("org.apache.kafka", "kafka-tools", KAFKA)]

HEADER = """\
# Every jar that the broker runs: group:artifact[:classifier]:version sha256.
# Written by `python -m deploy.kafka.lock`; do not edit by hand.
"""


def parse_listing(text: str) -> list[tuple[str, str, str, str]]:
    """Group, artifact, classifier and version of each jar in the output of `dependency:list`."""
    found = []
    for line in text.splitlines():
        parts = line.split(" -- ")[0].strip().split(":")
        if len(parts) in (5, 6) and parts[2] == "jar":
            classifier = parts[3] if len(parts) == 6 else ""
            found.append((parts[0], parts[1], classifier, parts[-2]))
    return found


def resolve(directory: Path) -> list[Jar]:
    """Resolve the roots with Maven and hash what it brings into `directory`."""
    pom, listing = directory / "pom.xml", directory / "listing"
    roots = [dependency_xml(*root) for root in WHOLE]
    roots += [dependency_xml(*root, alone=True) for root in ALONE]
    pom.write_text(project_xml(roots), encoding="utf-8")
    run_mvn(
        pom,
        f"{DEPENDENCY_PLUGIN}:copy-dependencies",
        f"{DEPENDENCY_PLUGIN}:list",
        "-DincludeScope=runtime",
        f"-DoutputDirectory={directory}",
        f"-DoutputFile={listing}",
    )
    unsummed = [Jar(*found, sha256="") for found in parse_listing(listing.read_text("utf-8"))]
    return [
        Jar(
            jar.group,
            jar.artifact,
            jar.classifier,
            jar.version,
            sha256_of(directory / jar.filename),
        )
        for jar in unsummed
    ]


def render(jars: list[Jar]) -> str:
    """The lock's text, sorted so that a change shows as a small difference."""
    return HEADER + "".join(f"{jar.coordinates} {jar.sha256}\n" for jar in sorted(jars))


def main() -> None:
    """Write the lock anew."""
    with tempfile.TemporaryDirectory() as scratch:
        jars = resolve(Path(scratch))
    LOCK.write_text(render(jars), encoding="utf-8")
    print(f"{LOCK.name}: {len(jars)} jars, Kafka {KAFKA}")


if __name__ == "__main__":
    main()
