"""Who can owe something: states, their offices and people, and groups that belong to one event.

A number belongs to an event: 26 states met in September 2025, 35 in January 2026. "The coalition"
without a number is the group of the event that the article is about, and stays unspecified where the
article does not say which event that is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ALLIES = "allies (unspecified)"
OTHERS = "other European allies"
FORCE = "reassurance force (unspecified states)"
LEADS = "coalition states (unnamed leads)"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of states as it met at one event."""

    name: str
    """Canonical name, with number and month."""
    counts: tuple[str, ...]
    """Ways to write how many they are, lower case."""
    months: tuple[str, ...]
    """``YYYY-MM`` of the events at which it is this group."""


@dataclass(frozen=True, slots=True)
class ActorTable:
    """The names by which a text can mean an obligor or a party."""

    states: Mapping[str, tuple[str, ...]]
    """Canonical name to nouns: the state, its capital, its seats of power, its people in office."""
    adjectives: Mapping[str, str]
    """Adjective or demonym to canonical name."""
    groups: tuple[Group, ...]
    adversaries: frozenset[str]
    """Parties whose word about foreign troops is a position and never a pledge."""
    beneficiary: str
    bodies: frozenset[str] = frozenset()
    """Names that speak for their members and send no forces of their own."""
    nouns: re.Pattern[str] = field(init=False)
    """Matches any noun or adjective of the table."""
    by_noun: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        by_noun = {noun: name for name, nouns in self.states.items() for noun in (name, *nouns)}
        longest = sorted([*by_noun, *self.adjectives], key=lambda word: (-len(word), word))
        pattern = r"(?<![\w-])(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)"
        object.__setattr__(self, "by_noun", by_noun)
        object.__setattr__(self, "nouns", re.compile(pattern))

    def state_of(self, person: str) -> str | None:
        """Give the state or body for which a person speaks; null where the table does not know.

        >>> ACTORS.state_of("Giorgia Meloni")
        'Italy'
        >>> ACTORS.state_of("somebody") is None
        True
        """
        found = [self.by_noun[m[0]] for m in self.nouns.finditer(person) if m[0] in self.by_noun]
        return found[-1] if found else None

    def group_of_event(self, events: tuple[str, ...], text: str) -> str:
        """Give the group that "the coalition" means in an article.

        Args:
            events: ISO dates of the events that the article is about.
            text: the article, read for a count where the events do not decide.
        """
        months = {event[:7] for event in events}
        by_event = [group.name for group in self.groups if months & set(group.months)]
        if len(by_event) == 1:
            return by_event[0]
        counted = [g.name for g in self.groups if any(_counts(text, count) for count in g.counts)]
        return counted[0] if len(counted) == 1 else ALLIES

    def group_of_count(self, count: str) -> str | None:
        """Give the group that has this many members; null where none has."""
        wanted = re.sub(r"[\s-]+", " ", count.lower())
        return next((group.name for group in self.groups if wanted in group.counts), None)


def _counts(text: str, count: str) -> bool:
    return bool(re.search(rf"(?<![\d,.]){re.escape(count)}(?![\d,.]\d)\b", text, re.IGNORECASE))


def table(
    states: str,
    groups: tuple[Group, ...],
    adversaries: frozenset[str],
    beneficiary: str,
    bodies: frozenset[str] = frozenset(),
) -> ActorTable:
    """Make a table from lines ``Name: noun, noun | adjective, adjective``.

    >>> made = table("Arland: Port Ar, Bo Lind | Arish", (), frozenset(), "Arland")
    >>> made.state_of("President Bo Lind"), made.adjectives
    ('Arland', {'Arish': 'Arland'})
    """
    nouns: dict[str, tuple[str, ...]] = {}
    adjectives: dict[str, str] = {}
    for line in states.strip().splitlines():
        name, _, rest = line.partition(":")
        of_name, _, of_adjective = rest.partition("|")
        nouns[name.strip()] = tuple(word.strip() for word in of_name.split(",") if word.strip())
        adjectives |= {
            word.strip(): name.strip() for word in of_adjective.split(",") if word.strip()
        }
    return ActorTable(nouns, adjectives, groups, adversaries, beneficiary, bodies)


STATES = """
United States: the US, US, U.S., USA, America, Washington, White House, Pentagon, State Department, Trump, Witkoff, Kushner, Rubio, Vance, Hegseth, Kellogg, Americans | American
United Kingdom: UK, U.K., Britain, Great Britain, London, Downing Street, Starmer, John Healey, Healey, Lammy, Yvette Cooper | British
France: Élysée, Elysee, Paris, Macron, Lecornu, Barrot, Vautrin | French
Germany: Berlin, Merz, Pistorius, Wadephul, Klingbeil, Bundeswehr | German
Italy: Rome, Meloni, Tajani, Crosetto, Salvini | Italian
Poland: Warsaw, Tusk, Sikorski, Nawrocki, Kosiniak-Kamysz | Polish
Bulgaria: Sofia, Zhelyazkov, Zaprianov | Bulgarian
Romania: Bucharest, Nicusor Dan, Nicușor Dan, Bolojan | Romanian
Spain: Madrid, Sánchez, Sanchez, Albares, Robles | Spanish
Netherlands: The Hague, Schoof, Brekelmans, Jetten | Dutch
Belgium: De Wever, Bart De Wever, Prévot, Francken | Belgian
Denmark: Copenhagen, Frederiksen, Lund Poulsen | Danish
Norway: Oslo, Støre, Stoere | Norwegian
Sweden: Stockholm, Kristersson, Pal Jonson, Pål Jonson | Swedish
Finland: Helsinki, Stubb, Orpo | Finnish
Estonia: Tallinn, Kristen Michal, Pevkur, Tsahkna | Estonian
Latvia: Riga, Siliņa, Silina, Rinkevics, Rinkēvičs | Latvian
Lithuania: Vilnius, Nauseda, Nausėda, Ruginiene, Šakalienė | Lithuanian
Czech Republic: Czechia, Prague, Fiala, Babis, Babiš, Petr Pavel | Czech
Slovakia: Bratislava, Robert Fico, Fico | Slovak
Hungary: Budapest, Orban, Orbán, Szijjarto, Szijjártó | Hungarian
Austria: Vienna, Stocker | Austrian
Greece: Athens, Mitsotakis | Greek
Croatia: Zagreb, Plenkovic, Plenković | Croatian
Slovenia: Ljubljana, Golob | Slovenian
Ireland: Dublin, Micheál Martin, Taoiseach | Irish
Portugal: Lisbon, Montenegro | Portuguese
Luxembourg: Luc Frieden | Luxembourgish
Cyprus: Nicosia, Christodoulides | Cypriot
Turkey: Türkiye, Turkiye, Ankara, Erdogan, Erdoğan, Hakan Fidan, Fidan | Turkish
Canada: Ottawa, Carney, Anita Anand | Canadian
Australia: Canberra, Albanese, Marles | Australian
New Zealand: Wellington, Luxon | New Zealander
Japan: Tokyo, Ishiba, Takaichi | Japanese
China: Beijing, Xi Jinping | Chinese
North Korea: Pyongyang, Kim Jong Un | North Korean
Belarus: Minsk, Lukashenko | Belarusian
NATO: Nato, North Atlantic Alliance, Rutte, Grynkewich
European Union: EU, European Commission, the bloc, The bloc, Brussels, von der Leyen, Kallas, António Costa, Antonio Costa
Russia: Moscow, Kremlin, Putin, Peskov, Lavrov, Zakharova, Medvedev, Ushakov, Ryabkov, Dmitriev, Russians | Russian
Ukraine: Kyiv, Kiev, Zelensky, Zelenskyy, Zelenskiy, Sybiha, Yermak, Umerov, Budanov, Svyrydenko | Ukrainian
"""

ACTORS = table(
    STATES,
    groups=(
        Group(
            "group of 26 states (Sept 2025)",
            ("26", "twenty six", "two dozen", "26 member"),
            ("2025-09",),
        ),
        Group(
            "Coalition of the Willing (35, Jan 2026)",
            ("35", "thirty five", "three dozen"),
            ("2026-01",),
        ),
    ),
    adversaries=frozenset({"Russia", "China", "North Korea", "Belarus"}),
    beneficiary="Ukraine",
    bodies=frozenset({"NATO"}),
)
"""The table of the documents that this system was first asked to read."""
