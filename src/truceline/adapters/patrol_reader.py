"""The grammar of a patrol's sentence: which count, phase, noun and place belong together."""

from __future__ import annotations

from truceline.adapters.patrol_groups import Count, Group, Place, check_sum, part_of
from truceline.adapters.patrol_numbers import count_range
from truceline.adapters.patrol_words import Token, Word
from truceline.errors import RejectedRow


class Reader:
    """Reads tokens left to right; what is ambiguous raises."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._first = 0
        """Index of the first group of the sentence being read."""
        self._place: Place | None = None
        """Place being read."""
        self._lead: Place | None = None
        """Place that stands before its sounds ("5 km N: 3 explosions")."""
        self._used = True
        self._verb = ""
        self._verb_fresh = False
        self._and = self._or = self._link = self._as = self._all = self._article = False
        self._ahead: list[Token] = []
        """What follows the token being read."""

    def read(self, tokens: list[Token]) -> list[Group]:
        """Read a whole text.

        Raises:
            RejectedRow: when a part has no clear reading.
        """
        index = 0
        while index < len(tokens):
            if tokens[index].word is Word.OPEN:
                index = self._bracket(tokens, index)
                continue
            self._ahead = tokens[index + 1 :]
            self._take(tokens[index])
            index += 1
        self._end_sentence()
        self._share_nouns()
        self._split_total()
        return self.groups

    # one token

    def _take(self, token: Token) -> None:
        word = token.word
        if word is Word.CLOSE:
            raise RejectedRow("a closing bracket without an opening one")
        if word in (Word.RANGE, Word.DEGREES, Word.DIRECTION):
            self._locate(token)
        elif word in (Word.AND, Word.OR):
            self._and, self._or, self._as = True, word is Word.OR, False
        elif word is Word.STOP:
            self._end_sentence()
        elif word in (Word.LINK, Word.AS, Word.ALL, Word.ARTICLE):
            self._mark(word)
        elif word is not Word.FILLER:
            self._end_place()
            if word is Word.VERB:
                self._hear(token.term)
            else:
                self._describe(token)
            if word is not Word.CALIBRE:  # "rounds of 82 mm mortar"
                self._and = self._or = self._link = self._article = False

    def _mark(self, word: Word) -> None:
        self._link |= word is Word.LINK
        self._as |= word is Word.AS
        self._all |= word is Word.ALL
        self._article = word is Word.ARTICLE

    def _end_sentence(self) -> None:
        self._end_place()
        if not self._used:
            raise RejectedRow("a distance or direction belongs to no sound")
        self._first, self._lead = len(self.groups), None
        self._and, self._as, self._all, self._verb_fresh = True, False, False, False

    def _describe(self, token: Token) -> None:
        if token.word is Word.COUNT:
            self._count(count_range(token.match), token)
        elif token.word is Word.PHASE:
            self._phase(token)
        elif token.word is Word.CALIBRE:
            self._noun_group(token).calibre = token.text
        elif token.word is Word.WEAPON:
            self._weapon(token)
        else:
            self._unit(token)

    def _hear(self, verb: str) -> None:
        """Take a verb; "heard and saw" joins, "12 explosions were heard" looks back."""
        before = self._verb
        self._verb = "+".join(sorted({*before.split("+"), verb})) if self._verb_fresh else verb
        for group in self.groups[self._first :]:
            if not group.verb or (self._verb_fresh and group.verb == before):
                group.verb = self._verb
        self._verb_fresh, self._as = True, False

    def _count(self, count: Count, token: Token) -> None:
        last = self._open_group()
        if last is None or last.count is not None or last.named:
            last = self._new_group()
        last.count = count
        last.words.append(token.text)

    def _phase(self, token: Token) -> None:
        if self._all:
            for group in self.groups[self._first :]:
                group.set_phase(token.term)
            self._all = False
            return
        last = self._refined() or self._open_group()
        if last is None and len(self.groups) > self._first and not self._and:
            last = self.groups[-1]  # "3 explosions 5 km N outgoing"
        if last is None or (last.closed and self._and and not self._as and self._noun_ahead()):
            last = self._new_group()
        if last.phase not in ("", "undetermined", token.term) and not self._and:
            raise RejectedRow(f"{token.text!r}: a second phase for the same sounds")
        if last.named:
            self._spread_phase(last, token.term)
        last.set_phase(token.term)
        last.words.append(token.text)

    def _noun_ahead(self) -> bool:
        """Tell "and incoming mortar rounds" from "7 rounds, outgoing, 3 km N"."""
        passed = (Word.FILLER, Word.AND, Word.OR, Word.PHASE, Word.ARTICLE)
        following = next((token.word for token in self._ahead if token.word not in passed), None)
        return following in (Word.WEAPON, Word.UNIT, Word.CALIBRE)

    def _spread_phase(self, last: Group, phase: str) -> None:
        """Give a phase that ends a list without commas to the whole list."""
        place = self.groups.index(last)
        while place and not self.groups[place].after_and:
            place -= 1
            if self.groups[place].phase or self.groups[place].place is not last.place:
                return
            self.groups[place].phase = phase

    def _weapon(self, token: Token) -> None:
        last = self._noun_group(token)
        if self._or and last.named:
            last.or_else(token.term)
        elif self._as:
            last.terms, last.unit = [token.term], ""
        elif last.unit and last.closed:
            last.specify(token.term)
        elif last.terms and not self._and:
            raise RejectedRow(f"{token.text!r}: a second weapon for the same sounds")
        elif token.term not in last.terms:
            last.terms.append(token.term)
        last.closed = bool(token.match.groupdict().get("fire"))
        last.words.append(token.text)

    def _unit(self, token: Token) -> None:
        last = self._noun_group(token)
        if self._or and last.named:
            last.or_else(token.term)
        elif not last.unit:
            last.unit, last.unit_term = token.text.lower(), token.term
        if token.text.lower().startswith("impact"):
            last.set_phase("impact")
        last.closed = True
        last.words.append(token.text)

    def _refined(self) -> Group | None:
        """Give the group that "assessed as" speaks about."""
        return self.groups[-1] if self._as and len(self.groups) > self._first else None

    def _noun_group(self, token: Token) -> Group:
        """Give the group that a noun belongs to.

        Raises:
            RejectedRow: when two nouns stand side by side.
        """
        last = self._refined() or self._open_group()
        if last is None:
            return self._new_group()
        if not last.closed or self._link or self._as or self._or:
            return last
        if self._and:
            return self._new_group()
        raise RejectedRow(f"{token.text!r}: how many of these? Join it with 'and' or give a count")

    def _open_group(self) -> Group | None:
        """Give the last group of the sentence while its place has not been read."""
        last = self.groups[-1] if len(self.groups) > self._first else None
        return last if last is not None and last.place is self._lead else None

    def _new_group(self) -> Group:
        group = Group(verb=self._verb, after_and=self._and, place=self._lead)
        if self._article:
            group.count = (1, 1)
        self._used, self._verb_fresh, self._as = True, False, False
        self.groups.append(group)
        return group

    # places

    def _locate(self, token: Token) -> None:
        if self._place is None:
            self._place = Place()
            if self._lead is not None or len(self.groups) == self._first:
                self._end_lead()
        self._place.add(token)
        self._as = False
        if self._lead is not None:
            return
        mine = [g for g in self.groups[self._first :] if g.verb == self._verb]
        for group in mine:
            group.place = group.place or self._place
        if not any(group.place is self._place for group in mine):
            raise RejectedRow(f"{token.text!r}: a second place for the same sounds")

    def _end_lead(self) -> None:
        if not self._used:
            raise RejectedRow("a distance or direction belongs to no sound")
        self._lead, self._used = self._place, False

    def _end_place(self) -> None:
        self._place = None

    # brackets and nouns

    def _bracket(self, tokens: list[Token], index: int) -> int:
        """Read a bracket; one with counts holds the parts of the group before it."""
        stops = [i for i in range(index, len(tokens)) if tokens[i].word is Word.CLOSE]
        if not stops:
            raise RejectedRow("an opening bracket without a closing one")
        inner = tokens[index + 1 : stops[0]]
        if any(token.word is Word.OPEN for token in inner):
            raise RejectedRow("a bracket inside a bracket")
        if any(token.word is Word.COUNT for token in inner):
            self._parts(inner)
        else:
            for place, token in enumerate(inner):
                self._ahead = inner[place + 1 :]
                self._take(token)
        return stops[0] + 1

    def _parts(self, inner: list[Token]) -> None:
        if not self.groups or any(t.word in (Word.RANGE, Word.DIRECTION) for t in inner):
            raise RejectedRow("a bracket with counts must follow the sounds that it splits")
        whole = self.groups.pop()
        parts = _Parts().read(inner)
        check_sum(whole, parts)
        told_apart = any(part.phase or part.named for part in parts)
        self.groups += [part_of(whole, part) for part in parts] if told_apart else [whole]

    def _share_nouns(self) -> None:
        """Give "3 incoming" of "3 incoming and 4 outgoing mortar rounds" its noun."""
        for place in range(len(self.groups) - 2, -1, -1):
            group, following = self.groups[place], self.groups[place + 1]
            if not group.named and following.named and group.place is following.place:
                group.terms, group.unit = list(following.terms), following.unit
                group.unit_term, group.calibre = following.unit_term, following.calibre

    def _split_total(self) -> None:
        """Read "12 mortar rounds, 3 incoming and 9 outgoing": the tail splits the last noun."""
        tail = len(self.groups)
        while tail and not self.groups[tail - 1].named:
            tail -= 1
        parts = self.groups[tail:]
        if not parts:
            return
        if not tail or not all(part.count and part.phase for part in parts):
            raise RejectedRow(f"{' '.join(parts[0].words)!r}: no weapon or sound is named")
        whole = self.groups[tail - 1]
        check_sum(whole, parts)
        self.groups[tail - 1 :] = [part_of(whole, part) for part in parts]


class _Parts(Reader):
    """Reads the inside of a bracket, where the noun may be missing."""

    def _share_nouns(self) -> None:
        """Leave nouns open: the group before the bracket has them."""

    def _split_total(self) -> None:
        """Leave the parts as they are."""
