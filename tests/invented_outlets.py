"""Four invented outlets about one invented meeting, and one about a later meeting.

Every line is a statement: key of what is said, speaker, text. Lines of one key are one statement in
other words. Nobody and nothing here is real.
"""

from truceline.model.article import Document, Mode, Reading, Span, Statement

MAY = ("2026-05-04", "2026-05-05")
OUTLETS = {
    "harbour-post.txt": (MAY, [
        ("convoy", "Ana Brisk", "Northbank President Ana Brisk said that 14 states had agreed to escort relief ships “by day and by night” once the guns fall silent."),
        ("escort-limits", "Ana Brisk", "She stressed that the escorts would never enter the inner harbour and would carry no heavy weapons."),
        ("never", "Tor Velm", "Southbank leader Tor Velm called the plan “an open provocation” and warned that foreign ships would be sunk without hesitation."),
        ("fish", "Tor Velm", "He also complained that fishermen from Southbank had been arrested last week near the lighthouse."),
        ("hopeful", "Ida Maro", "“For the first time in two years I see a way out,” mediator Ida Maro told reporters after the session."),
        ("mines", "Ole Tarn", "General Ole Tarn, who heads the monitors, said clearing the minefields would take eighteen months."),
    ]),
    "coast-herald.txt": (MAY, [
        ("convoy", "Ana Brisk", "Brisk announced that fourteen governments were formally committed to guarding relief vessels “day and night” from the moment the shooting stops."),
        ("never", "Tor Velm", "Velm dismissed it as “open provocation”, saying any foreign vessel would be sent to the bottom."),
        ("talks", "Tor Velm", "Asked about direct talks, Velm said he would meet Brisk on neutral ground in the autumn."),
        ("hopeful", "Ida Maro", "Ida Maro, the mediator, spoke of “a way out, the first in two years”."),
        ("prisoners", "Ida Maro", "She appealed to both sides to exchange all wounded prisoners before winter."),
        ("mines", "Ole Tarn", "It will be a year and a half before the last mine is lifted, General Tarn estimated, calling the clearing of the minefields slow work."),
    ]),
    "island-wire.txt": (MAY, [
        ("never", "Tor Velm", "“Any foreign ship in these waters will be sunk,” Velm declared, describing the escort plan as an undisguised provocation."),
        ("talks", "Tor Velm", "Velm offered to sit down with Brisk in the autumn, provided that the ground was neutral."),
        ("escort-limits", "Ana Brisk", "Heavy weapons would stay ashore and the escorts would keep out of the inner harbour, President Brisk promised."),
        ("money", "Ana Brisk", "Brisk put the price of rebuilding the docks at nine hundred million crowns."),
        ("hopeful", "Ida Maro", "Maro said she could see a way out for the first time since the talks opened two years ago."),
    ]),
    "southern-mirror.txt": (MAY, [
        ("money", "Ana Brisk", "Rebuilding the docks would cost some nine hundred million crowns, according to Brisk."),
        ("fish", "Tor Velm", "Velm protested against the arrest of Southbank fishermen off the lighthouse."),
        ("border", "Tor Velm", "The Southbank leader repeated that the old customs line must be restored."),
        ("prisoners", "Ida Maro", "Wounded prisoners on both sides should be exchanged before the winter, Maro urged."),
        ("alone", "Ole Tarn", "Tarn denied reports that two of his monitors had left the mission."),
    ]),
    "autumn-review.txt": (("2026-09-20",), [
        ("later-never", "Tor Velm", "“Any foreign ship in these waters will be sunk,” Velm declared, describing the escort plan as an undisguised provocation."),
        ("later-convoy", "Ana Brisk", "Brisk said that 19 states had agreed to escort relief ships by day and by night."),
    ]),
}  # fmt: skip
MARKS = ("“", "”")


def outlet(name, about, rows):
    """Build one article and its statements, a paragraph each."""
    text, statements = "", []
    for _, speaker, said in rows:
        start = len(text)
        text += said + "\n"
        quotes, at = [], said.find(MARKS[0])
        while at >= 0:
            end = said.find(MARKS[1], at)
            quotes.append(Span(start + at + 1, start + end))
            at = said.find(MARKS[0], end)
        statements.append(
            Statement(
                f"{name}#s{start}", name, Span(start, start + len(said)), 1.0, "hand",
                Mode.PARTIAL if quotes else Mode.PARAPHRASE, speaker, speaker.rpartition(" ")[2], None,
                None, None, None, None, None, tuple(quotes),
            )
        )  # fmt: skip
    return Document(name, "0" * 64, text, "en", None, name, None, None, (), about), statements


def invented(outlets=OUTLETS):
    """Give the reading, and for each statement id the key of what is said."""
    built = [(outlet(name, *given), given[1]) for name, given in outlets.items()]
    keys = {
        one.id: key
        for (_, statements), rows in built
        for one, (key, _, _) in zip(statements, rows, strict=True)
    }
    documents = tuple(document for (document, _), _ in built)
    statements = tuple(one for (_, rows), _ in built for one in rows)
    return Reading(documents, statements, (), ()), keys
