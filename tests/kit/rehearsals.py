"""A small crisis in which everything happens that can be expected."""

from __future__ import annotations

from pathlib import Path

from services.rehearsal.format.checking import load
from services.rehearsal.format.reading import Written

CRISIS = """\
scenario: kaltmoor
title: A small crisis in which everything happens
begins: 2026-01-31T12:00Z
ends: 13:30
places:
  Kaltmoor: {latitude: 47.12, longitude: 9.58}
cast:
  XAA:
    name: Averna
    desks: {xaa-ghq: {acknowledges: {within: 1m}}, xaa-mfa: {functions: [FOREIGN_MINISTRY]}}
  XBB:
    name: Belmark
    desks:
      xbb-ghq: {acknowledges: {within: 2m}, unmanned: [{from: "12:38", until: "12:52"}]}
      xbb-mfa: {functions: [FOREIGN_MINISTRY], acknowledges: {within: 3m}}
lines:
  hl-one: {between: [xaa-ghq, xbb-ghq]}
timeline:
  - at: "12:01"
    called: stop
    desk: xaa-ghq
    send:
      to: [xbb-ghq]
      precedence: FLASH
      act: CEASE_ACTION
      text: Stop.
      reply_by: "12:06"
      particulars: {what: Fire, where: Kaltmoor, harmed: The village}
  - at: "12:02"
    called: wrong
    desk: xaa-ghq
    send:
      to: [xbb-ghq]
      precedence: FLASH
      act: CEASE_ACTION
      text: Stop.
      particulars: {what: Fire, where: {point: "47.3,9.58", place: Kaltmoor}, harmed: The village}
  - {at: "12:04", called: known, desk: xbb-ghq, principal: {message: stop}}
  - at: "12:10"
    called: stopped
    desk: xbb-ghq
    send: {answers: stop, act: FREE_TEXT, text: We have stopped.}
  - at: "12:15"
    called: word
    desk: xaa-ghq
    send:
      to: [xbb-ghq]
      precedence: FLASH
      act: COMMITMENT
      text: We hold our fire.
      terms: {effective_at: "12:20", expires: NONE, review_at: "13:20"}
      particulars: {obligation: No fire, area: Kaltmoor, domains: [LAND], authority: The minister,
        on_violation: A word}
  - at: "12:22"
    called: call
    desk: xaa-ghq
    send:
      to: [xbb-ghq]
      precedence: FLASH
      act: REQUEST_FOR_CONTACT
      text: We ask for a call.
      reply_by: "12:30"
      particulars: {level: MINISTER, topics: [The fire], window_begins: "12:25",
        window_ends: "13:00"}
  - at: "12:24"
    called: concern
    desk: xaa-ghq
    send:
      to: [xbb-ghq]
      precedence: FLASH
      matter: tanks
      act: CONCERN
      text: Tanks move.
      particulars: {activity: Tanks move, cause: No notice, area: EVERYWHERE}
  - at: "12:26"
    called: concern-2
    desk: xaa-ghq
    by: duty-1
    send:
      corrects: concern
      act: CONCERN
      text: Ten tanks move.
      particulars: {activity: Tanks move, cause: No notice, area: EVERYWHERE}
  - {at: "12:30", called: dawn, happens: The sun rises.}
  - at: "12:35"
    called: many-words
    desk: xbb-ghq
    send:
      to: [xaa-ghq]
      precedence: FLASH
      matter: words
      text: MANY
  - at: "12:40"
    called: unheard
    desk: xaa-ghq
    send: {to: [xbb-ghq], precedence: FLASH, matter: unheard, text: "Is anybody there?"}
  - {at: "12:50", called: rests, desk: xaa-ghq, facts: {says: rest, with: {message: word,
      facts: ["posture:guns"]}}}
  - {at: "12:53", called: moved, desk: xaa-ghq, facts: {says: changed, with: {
      fact: "posture:guns", what: The guns were moved.}}}
  - at: "12:54"
    called: templates
    desk: xbb-ghq
    by: [duty-1, duty-2]
    alert:
      says: approve
      with:
        form:
          event_code: MISSILE_LAUNCH_DETECTED
          language: en
          cancel: {headline: Withdrawn, description: It is withdrawn., note: Withdrawn.}
          correction: {headline: Wrong, description: It was wrong., note: Wrong.}
  - at: "12:57"
    called: missile
    desk: xbb-ghq
    by: [duty-1, duty-2]
    alert:
      says: issue
      with:
        form:
          event_code: MISSILE_LAUNCH_DETECTED
          addressed: [XAA]
          concerned: [XAA]
          event_at: "12:56"
          geocodes: [XAA-01]
          sources: [{of: XBB, kind: RADAR, name: radar-7}]
          info:
            - {category: [Security], event: Missile, urgency: Immediate, severity: Extreme,
               certainty: Observed, headline: A missile, area: [{area_desc: The hills}]}
  - at: "12:55"
    called: question
    desk: xaa-ghq
    risk:
      says: request
      with:
        name: tanks
        form:
          requested: XBB
          participating: [XAA, XBB]
          concerned: [XAA]
          geocodes: [XBB-01]
          event_at: "12:50"
          asked:
            causes: [Tanks have moved]
            activity: Tanks
            area: [{area_desc: Around Kaltmoor, circle: [{centre: Kaltmoor, radius_km: 9}]}]
""".replace("MANY", "word " * 201)


def written(folder: Path, text: str, name: str = "case") -> Path:
    """The text as a scenario's file."""
    file = folder / f"{name}.scenario.yaml"
    file.write_text(text)
    return file


def crisis(folder: Path, more: str = "") -> Written:
    """The small crisis, with more written at its end."""
    return load(written(folder, CRISIS + more))
