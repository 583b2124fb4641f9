"""The words that tell how strongly something is undertaken, from refusal to promise.

A clause takes the weakest status of which it holds a cue. That is the gate: a promise with a "may" or
a "not yet" beside it is never shown as a promise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_NOT = (
    r"(?:(?:will|would|can|could|shall|should|do|does|did|has|have|had|is|are|was|were)\s+(?:\w+ly\s+)?"
    r"(?:not|never)|cannot|won[’']t|wouldn[’']t|can[’']t|couldn[’']t|don[’']t|doesn[’']t|didn[’']t|"
    r"hasn[’']t|haven[’']t|isn[’']t|aren[’']t|not|never)"
)
_SEND = (
    r"(?:spare|send|sends|sent|sending|deploy\w*|contribut\w+|commit\w*|station\w*|provid\w+|put|putting|"
    r"join\w*|offer\w*|supply\w*|tak(?:e|ing) part|participat\w+|dispatch\w*|plac(?:e|ing))"
)
_FORCE = (
    r"(?:troops?|soldiers?|boots|forces?|servicemen|contingents?|peacekeepers?|personnel|army|"
    r"(?:troop|military)\s+(?:deployments?|presence|contributions?|participation|involvement))"
)
_SAY = (
    r"(?:specif\w+|decid\w+|commit\w*|said|say|saying|clarif\w+|determin\w+|confirm\w*|detail\w*|"
    r"disclos\w+|announc\w+|spell\w*|pledg\w+|promis\w+|agree[ds]?|sign(?:ed)?|approv\w+|made|give|"
    r"given|offer\w*|reveal\w*|defin\w+|finali[sz]\w+|settled?|set|outlin\w+|explain\w*|indicat\w+)"
)

RULED_OUT: tuple[str, ...] = (
    r"(?:rul(?:ed|es|ing|e)|ruled)\s+(?:it\s+|this\s+|that\s+)?out",
    (
        rf"{_NOT}\s+(?:be\s+)?(?:\w+ly\s+|be\s+|also\s+|ever\s+|want\s+to\s+|intend\s+to\s+|plan\s+to\s+)*"
        rf"(?:be\s+)?(?!committed){_SEND}"
    ),
    (
        rf"{_NOT}\s+(?:\w+ly\s+)?(?:be\s+)?(?:going|prepared|willing|planning|ready|intending|interested|"
        r"envisag\w+|foreseen?|considering|an\s+option|on\s+the\s+table|part\s+of|available|have|lead|"
        r"host|fund|finance|pay|train|monitor|serve|fight)"
    ),
    r"refus(?:ed|es|ing|e|al)\b(?!\s+to\s+(?:say|specif|comment|give\s+details|discuss|be\s+drawn|confirm|elaborate|name))",
    rf"{_NOT}\s+be\s+(?:any\s+)?(?:\w+\s+)?(?:in|on|inside|present|there|deployed|stationed|based|boots|troops|soldiers)\b",
    r"declin(?:ed|es|ing|e)\s+to\b(?!\s+(?:say|specif|comment|give|discuss|be\s+drawn|confirm|elaborate))",
    rf"(?:no|zero|neither)\s+(?:(?!plans?\b|decision\b|commitments?\b|promises?\b|pledges?\b|agreement\b)[\w.’'-]+\s+){{0,3}}{_FORCE}",
    r"(?:pull|back|step|walk|row|shy|shi)\w*\s+(?:back|away|out|down)\s+(?:from|of|on)\s+(?:its|their|his|her|the|an?|any)\b|(?:distanc\w+\s+(?:itself|himself|herself|themselves)|retreat\w*|wriggl\w+\s+out|renag\w+)\b",
    r"(?:take|takes|taking|took|play|plays|have|has|want|wants)\s+no\s+(?:part|role|share)\b|not\s+something\s+(?:we|they|he|she|it)\b|(?:no\s+one|nobody|none\s+of\s+us)\s+(?:is|was|are)\s+(?:talking|thinking|considering|planning)\b|neither\s*\Z",
    r"set(?:s|ting)?\s+aside\s+(?:its|their|his|her|the)\s+(?:pledge|promise|commitment|plan|offer)|(?:stay|remain)\w*\s+(?:at\s+home|put\b)|(?:stay|remain)s?\s*\Z|the\s+last\s+to\b",
    r"exclusion\s+of|not\s+(?:a\s+single|one)\s+\w+|(?:said|says|say)\s+(?:an?\s+)?(?:\w+\s+)?no\b(?=[,.;]|\s+again|$)",
    r"(?:no|without\s+any)\s+(?:plans?|intention|intent|desire|appetite|mandate|question\s+of)\b",
    (
        r"(?:oppos(?:ed|es|ing|e)|against\s+(?:the\s+|any\s+)?(?:sending|deploy\w+|putting|stationing|commit\w+)|exclud(?:ed|es|ing|e)|reject(?:ed|s|ing)?|dismiss(?:ed|es|ing)?|"
        r"averse|objected)\b"
    ),
    rf"{_NOT}\s+(?:expect|anticipate|foresee|envisage)\w*\s+(?:to\s+|any\s+)?(?:be\s+)?{_SEND}",
    rf"{_FORCE}\s+(?:are|were|is|was)\s+(?:\w+\s+)?needed\s+(?:at\s+home|on\b|elsewhere|in\b)",
    r"(?:will|would)\s+not\b(?=\s*(?:[.,;]|$))|(?:will|would)\s+not\s+do\s+so\b",
    r"off\s+the\s+table|out\s+of\s+the\s+question|never\b|nor\s+(?:will|would|does)",
    r"(?:stay|stays|staying|stayed|opt|opts|opted|opting|keep|keeping|bow|bowed)\s+out\b",
    r"(?:said|says|say)\s+(?:an?\s+)?(?:\w+\s+)?no\s+to\b|den(?:ied|ies|ying)\b|(?:shelved|abandoned|scrapped|cancelled)\b",
    r"stay(?:s|ing)?\s+(?:at\s+)?home|unwilling\w*|veto(?:ed|es)|ruled\s+against|not\s+on\s+the\s+cards|(?:send|deploy|provid\w+|contribut\w+|offer|commit|supply|giv\w+)\s+no\b(?!\s+(?:fewer|less|later|(?:\w+\s+)?(?:commitments?|pledges?|promises?|details?|figures?|numbers?|dates?|answers?|indications?|hints?|reasons?|ground)\b))|nobody|none\s+of|unavailab\w+|not\s+available",
    rf"{_NOT}\s+(?:\w+ly\s+)?(?:go\b|set\s+foot|enter|includ|involv|cover|extend|mean|compris|entail|amount|go\s+as\s+far|get\s+involved)\w*",
)

_WORD = r"(?:pledges?|promises?|commitments?|offers?|decisions?|undertakings?)"
"""A promise as a thing that is dropped, delayed, or talked of."""
RULED_OUT += (
    r"(?:declin|reject|refus|turn)\w*\s+(?:down\s+)?(?:an?|the|any|all)\s+(?:invitations?|requests?|offers?|calls?|appeals?)\b",
    r"(?:to|will|would)\s+(?:block|oppose|veto|torpedo|vote\s+(?:against|down))\b",
    rf"ke(?:ep|eps|eping|pt)\s+(?:all\s+)?(?:of\s+)?(?:its|their|his|her|our)\s+(?:own\s+)?{_FORCE}\s+(?:at\s+home|out|away)",
    rf"(?:(?<!stopped )(?<!stopping )(?<!stops )(?<!stop )short\s+of|except(?:\s+for)?|excluding|other\s+than|apart\s+from|everything\s+but|anything\s+but|all\s+but|but\s+(?:not|no)|minus)\s+(?:\w+\s+){{0,2}}{_FORCE}",
    rf"{_WORD}[\w\s’'.,-]{{0,60}}?\b(?:expired|lapsed|fell\s+through|c[ao]me\s+to\s+nothing|withdrawn|went\s+unfulfilled|never\s+(?:kept|met|fulfilled))\b",
    r"(?:then|later|since|subsequently|soon)\s+(?:withdr[ae]w\w*|dropped|retracted|rescinded|revoked|cancelled|took\s+(?:it|them)\s+back)\b",
    rf"(?:withdr[ae]w\w*|drop(?:s|ped|ping)?|br[eo]k\w*|brok\w+|renounc\w+|revok\w+|abandon\w*|cancel\w*|retract\w*|rescind\w*|walk\w*\s+back|went\s+back\s+on|renege\w*\s+on)\s+(?:on\s+)?(?:its|their|his|her|the|an?|that|this)\s+(?:\w+\s+)?{_WORD}",
)

NOT_RULED_OUT = (
    rf"{_NOT}\s+(?:\w+ly\s+)?(?:rul(?:e|ed|ing)\s+(?:\w+\s+)?out|exclud\w+|oppos\w+|reject\w*|refus\w+)",
    r"(?:refus|declin|stopp)\w+\s+(?:to|short\s+of)\s+(?:rul(?:e|ing)\s+(?:it\s+)?out|exclud\w+)",
    r"(?:rul\w+|exclud\w+)\s+nothing(?:\s+out)?|nothing\s+(?:is|was|has\s+been)\s+(?:ruled\s+out|excluded)|not\s+(?:to\s+)?rul\w+\s+(?:it\s+)?out",
    r"without\s+ruling\s+(?:it\s+|that\s+|this\s+)?out",
    r"neither\s+(?:pledg|promis|offer|commit)\w*\s+nor\s+(?:exclud|rul|refus|reject)\w*(?:\s+out)?",
)

UNDECIDED: tuple[str, ...] = (
    (
        r"hesita\w+|reluctan\w+|wary|wariness|cautious\w*|caution\w*|sceptic\w*|skeptic\w*|noncommittal|"
        r"non-committal|guarded|lukewarm|tight-lipped|coy\b|on\s+hold|in\s+limbo|unconvinced|undetermined|undecided|uncertain\w*|unclear|unresolved|unspecified|ambiguous|ambivalent|vague\w*"
    ),
    (
        r"(?:will|would|to|must|should|can|could|has\s+to|have\s+to|needs?\s+to|yet\s+to|only)\s+"
        r"(?:first\s+|then\s+|later\s+|only\s+)?(?:decide|determine|clarify|debate|vote|assess|review|judge)"
    ),
    (
        rf"{_NOT}\s+(?:yet\s+|so\s+far\s+|publicly\s+|formally\s+|explicitly\s+|itself\s+|clearly\s+)*"
        rf"(?:been\s+|be\s+)?(?:\w+ly\s+)?(?:yet\s+)?{_SAY}"
    ),
    (
        r"(?:has|have|had|is|are|was|were|not)\s+yet\b|yet\s+to\b|still\s+(?:to|being|under|debat|discuss|"
        r"weigh|undecid|open|has\s+to|have\s+to|needs?\s+to)"
    ),
    r"remain\w*\s+(?:open(?!\s+to\b)|divided|split|to\s+be\s+seen|in\s+doubt|an?\s+open|under|silent|opposed)",
    r"stop(?:ped|s|ping)?\s+short",
    (
        r"(?:no|without\s+an?y?|lack\w*|absent)\s+(?:final\s+|firm\s+|clear\s+|formal\s+|such\s+|concrete\s+|"
        r"specific\s+)*(?:decisions?|commitments?|pledges?|promises?|details?|clarity|agreement|guarantees?)"
    ),
    (
        r"too\s+(?:early|soon)|premature|declin(?:ed|es|ing|e)\s+to\s+(?:say|specif|comment|give|discuss|be|"
        r"confirm|elaborate)"
    ),
    (
        rf"{_NOT}\s+(?:yet\s+|entirely\s+|fully\s+)?(?:clear|decided|known|certain|sure|final|settled|"
        r"yet\s+ready|yet\s+prepared|yet\s+willing|there\s+yet)"
    ),
    r"whether\b|what\s+(?:role|form|kind|exactly)|how\s+many|how\s+much",
    r"(?:await\w*|waiting|wait|pending|depend(?:s|ed|ing|ent)?\s+on|hinge[sd]?\s+on|up\s+to\s+parliament)",
    (
        r"before\s+(?:\w+\s+)?(?:deploying|sending|deciding|making|committing|any\s+(?:deployment|decision|"
        r"commitment)|it\s+(?:decides|commits)|they\s+(?:decide|commit))"
    ),
    (
        r"reserv\w+\s+judg\w+|options\s+open|left\s+open|leav\w+\s+open|leaves?\s+the\s+(?:door|question)|"
        r"divided|split\s+over|at\s+odds|sidestep\w*|avoid(?:ed|s|ing)?|dodg\w+|on\s+the\s+fence|in\s+doubt"
    ),
    (
        r"questions?\s+(?:remain|mark|about|over|of)|doubts?\b|fail(?:ed|s|ing)?\s+to|struggl\w+|"
        r"(?:draw|drew)\s+(?:back|up\s+short)|fell\s+short|balk\w*|baulk\w*|resist(?:ed|s|ing)?\b|reservations?"
    ),
    r"(?:make|made|making)\s+up\s+(?:its|his|her|their)\s+minds?|(?:decision|decide|vote|debate)\w*\s+(?:later|once|only|when|after|until)|(?:no|any)\s+rush",
)

UNDECIDED += (
    r"(?:not|never)\s+(?:yet\s+|so\s+far\s+)?(?:take|taken|make|made|reach|reached)\s+(?:a|any|its|their|the)\s+(?:\w+\s+)?decisions?\b",
    r"(?:an?|the)\s+(?:earlier|previous|first|initial|original|prior)\s+(?:draft|version)\b",
    r"no\s+longer\s+(?:to\s+be\s+found|appears?|stands?|there)|(?:did|does)\s+not\s+appear\b",
    r"(?:did|does)\s+not\s+(?:arise|pose\s+itself)|finali[sz]e\s+(?:it|that|this)\b",
    r"(?:promis|pledg|commit|agree|offer)\w*\s+(?:to\s+)?(?:no\b(?!\s+(?:fewer|less))|nothing\b|none\b)",
    r"not\s+(?:one\s+of|among)\b|(?:will|would|shall)\s+see\b(?=\s+(?:about|how|whether|if|what|then)\b|\s*[.,;]|\s*$)",
    r"not\s+(?:very\s+|so\s+|too\s+)?(?:keen|eager|inclined|enthusiastic)\b",
    r"(?:refer|leav|defer)\w*\s+(?:the\s+|that\s+|this\s+)?(?:decision|question|matter|choice)\s+to\b|(?:was|is|remains)\s+a\s+matter\s+for\b",
    r"disappeared|did\s+not\s+survive|struck\s+(?:out|from)|(?:has|had)\s+gone\s+(?:by|from)|hang(?:s|ed)?\s+on\b|hung\s+on\b",
    r"no\s+decision\b|(?:has|have|had)\s+not\s+made\s+up",
    rf"(?:suspend\w*|reconsider\w*|revisit\w*|postpon\w*|delay\w*|put(?:s|ting)?\s+off|defer\w*|review\w*|froze|freez\w+|paus(?:e|ed|es|ing))\s+(?:\w+\s+){{0,3}}?(?:{_WORD}|questions?|issue|{_FORCE})",
    r"(?:an?|the|its|any)\s+(?:debate|discussion|vote|answer|reply|decision|review|study)\s+(?:on|about|over|of)\b",
    r"(?:will|would|shall|to|must|should|yet\s+to)\s+be\s+(?:\w+ly\s+)?(?:settled|finali[sz]ed|decided|determined|clarified|worked\s+out|negotiated|defined)\b",
    r"(?:is|are|was|were)\s+(?:a\s+matter\s+)?for\s+(?:the\s+)?[\w\s]{3,40}?\s+to\s+(?:settle|decide|determine|judge)\b",
    r"(?:being|under)\s+(?:negotiat\w+|discuss\w+|debated?)\b|nothing\s+(?:has|had|is|was)\s+(?:yet\s+)?(?:been\s+)?(?:signed|agreed|decided|settled)",
    r"(?:did|does|do|would|will)\s+not\s+(?:answer|reply|respond|mention|name)\b|(?:avoid|evad)\w+\s+the\s+question|nobody\s+knows|(?:is|was|remains?)\s+(?:anybody|anyone)[’']s\s+guess",
    r"(?:looks?|seems?|sounds?|rings?)\s+(?:\w+\s+)?(?:hollow|empty|shaky|distant|unlikely|thin|dead)\b|(?:sign|guarant|promis|pledg|commit)\w*\s+(?:to\s+)?nothing\b|leav\w+\s+\w+\s+out\b",
    r"neither\b[^.;]{0,60}\b(?:has|have|is|was|were)\s+(?:been\s+)?(?:settled|decided|agreed|fixed|clear)",
    r"(?:missing|absent|omitted|gone)\s+from\b|objections?\b|misgivings|qualms",
    r"(?:keep|keeps|kept|stay|stays|stayed|remain\w*|been|was|is)\s+(?:silent|mum|quiet|tight-lipped|vague|evasive|cagey|non-?committal)\b|cast(?:s|ing)?\s+doubt",
    r"(?:ask|consult|sound\w*\s+out|seek\w*\s+the\s+(?:consent|approval)\s+of)\s+(?:\w+\s+){0,2}(?:parliament|lawmakers|MPs|allies|partners|voters|court)",
    r"be\s+(?:asked|invited|consulted|requested|approached|sounded\s+out|called\s+upon)\b",
    r"think(?:s|ing)?\s+(?:\w+\s+)?(?:about|over|twice)|thought\s+about|mull\w*\s+over",
)

_SOFT = (
    r"might|could|perhaps|maybe|probabl\w+|possibl[ey]|possibilit\w+|potential\w*|likely|reportedly|"
    r"supposedly|allegedly|(?:said|reported|believed|thought|understood|supposed)\s+to\s+(?:have|be)|rumou?r\w*|hypothetical\w*|theoretically"
)
CONSIDERED: tuple[str, ...] = (
    _SOFT,
    (
        r"suggest\w*|consultations?\b|(?:hold|open|begin|start|launch)\w*\s+(?:talks|discussions|a\s+debate)|sp(?:oke|oken|eaks|eaking)\s+of\b|(?<!for )prepar(?:e|es|ed|ing|ation|ations)\b(?!\s+the\s+ground)|read(?:y|iness)\b|willing\w*|"
        r"(?<!will be )open(?:ness)?\s+to|consider\w*|discuss\w*|explor\w+|examin\w+|weigh(?:s|ed|ing)?\b|mull\w*|"
        r"float(?:ed|s|ing)?\b|propos(?:e|es|ed|ing|al|als)\b|offer(?:s|ed|ing)?\b|signal(?:s|l?ed|l?ing)?\b|"
        r"hint(?:s|ed|ing)?\b|indicat(?:e|es|ed|ing)\b|stud(?:y|ies|ied|ying)\b|look(?:s|ed|ing)?\s+(?:at|into)"
    ),
    (
        r"plan(?:s|ned|ning)?\s+to\b|planning\b|plans?\s+for|intend(?:s|ed|ing)?|intentions?\s+(?:to|of)|"
        r"aim(?:s|ed|ing)?\b|hop(?:e|es|ed|ing)\b|want(?:s|ed|ing)?\b|would\s+(?:like|prefer|consider|be\s+"
        r"(?:ready|willing|open|prepared|able|happy))|seek(?:s|ing)?\b|sought|wish\w*|keen\b|eager\b|"
        r"inclined|tempted|toy\w*\s+with|moot\w+|tout\w*|pitch(?:ed|es|ing)"
    ),
    (
        r"in\s+talks|in\s+principle|in\s+theory|talk(?:s|ed|ing)?\s+(?:of|about)|envis(?:age|ion)\w*|finali[sz]\w+\s+(?:\w+\s+){0,2}plans?\b|finali[sz]ing\b|disposed\s+to|minded\s+to|greenlit|priority\b|back(?:s|ed|ing)?\s+down\b|foresee\w*|"
        r"idea\b|options?\b|expect(?:s|ed|ing)?\b|set\s+to\b|draft\w*|scenarios?\b|expression\s+of\s+interest|"
        r"express(?:ed|es|ing)?\s+(?:\w+\s+)?(?:interest|support|openness|hope|will|desire)"
    ),
    (
        r"prefer\w*|opt(?:s|ed|ing)?\b(?!\s+to\s+\w)|favou?r(?:s|ed|ing)?\b|support(?:s|ed|ing)?\s+(?:the\s+)?"
        r"(?:idea|proposal|plan|creation|concept|deployment|notion)|back(?:s|ed|ing)?\s+(?:the\s+|a\s+)?"
        r"(?:idea|proposal|plan|creation|concept|notion)|call(?:ed|s|ing)?\s+(?:for|on)|advocat\w+"
    ),
    (
        r"allow(?:s|ed|ing)?\b|capable|can\b|should\b(?!\s+(?:(?-i:[A-Z])\w+\s+\w+|a|the|any|there|hostilities|fighting)\b)|ought|feasib\w+|candidate|contingency|"
        r"asked\b|urg(?:e|es|ed|ing)\b|press(?:ed|es|ing)\b|demand\w*|(?<![’']s )request(?:s|ed|ing)?\b|if\s+(?:asked|needed)"
    ),
    r"(?:was|were|been)\s+(?:dropped|removed|deleted|cut|watered)\b",
    r"poised|ponder\w*|ey(?:es|ed|eing)\b|under\s+(?:discussion|consideration)|on\s+the\s+table|open(?:s|ed|ing)?\s+the\s+door|rais(?:es|ed|ing)\s+the\s+(?:possibility|prospect)|(?:be|is|are|was|were|remain\w*)\s+available|availability|assess\w*|conceivabl\w+|speculat\w+|stands?\s+ready",
    rf"(?:critici[sz]\w+|welcom\w+|hail\w+|prais\w+|condemn\w*|regret\w*|mock\w*|not(?:ed|es|ing)|question(?:ed|s|ing)?|applaud\w*|lament\w*|thank\w*\s+[\w\s]{{1,30}}\s+for)\s+(?:the|an?|that|this|such|[A-Z]\w+[’']s)\s+(?:\w+\s+)?{_WORD}",
    r"would\s+(?:rather|sooner)|agree\w*\s+with\s+[\w’']+\s+that\b",
    r"under\s+(?:\w+\s+)?pressure|pressure\s+(?:on|to)\b|fac(?:es|ed|ing)\s+(?:calls|demands)|invit(?:ed|ation)s?\b",
    r"(?:once|earlier|previously|initially|originally|at\s+first)\s+(?:pledg|promis|commit|agree|offer)\w*",
    r"(?:reports?|claims?|rumou?rs?|suggestions?|allegations?|speculation)\s+(?:that|of|about)\b",
    r"(?<!pen to )(?:talks|summit|meeting|conference|seminar|workshop|dialogue|letter|paper)\s+(?:on|about|over|calling)\b",
    r"for\s+(?:those|anyone|others|states|countries)\s+(?:who|that|which)\b",
    r"agree\w*\s+(?:that\s+)?(?:[\w’']+\s+){1,4}?(?:is|are|was|were)\b(?!\s+to\b)",
    r"(?<!role )(?<!part )(?<!contribution )(?<!commitment )(?:will|would|to)\s+(?:welcome|accept|receive|have|number|compris\w+|consist|count|total)\b",
    r"in\s+a\s+position\s+to|contemplat\w+|entertain(?:s|ed|ing)?\b|lean(?:s|ing|ed)?\s+towards?",
)
CONSIDERED += (
    r"according\s+to\s+(?:a|an|the)\s+(?:\w+\s+)?drafts?\b|think(?:s|ing)?\s+(?:\w+\s+)?of\b|under\s+(?:the|this|that|a|an|such\s+a)\s+(?:\w+\s+)?(?:plan|proposal|draft|scheme|concept|idea)\b",
    (
        r"(?:will|would|shall|[’']ll|(?<!\w )to|opt\w*\s+to|agree\w*\s+to|accept\w*\s+to|undert\w+\s+to|promis\w+\s+to|pledg\w+\s+to|vow\w*\s+to|decided\s+to)\s+(?:\w+ly\s+|also\s+|first\s+|then\s+|soon\s+)*"
        r"(?:be\s+(?:watch\w*|left|told|hit|lost|seen|heard)|watch|lose|get(?!\s+(?:[\w’]+\s+){1,3}ready)|need|sell|buy(?![^.;]{0,60}?\bfor\s+(?-i:[A-Z])\w+\b(?!\s+(?:pilots|troops|soldiers|sailors|crews)))|keep(?!\s+(?:(?!wait|watch|ask|press|push|talk|say|try|insist|hop|call|urg)\w+ing\b|(?:its|their|his|her)\s+(?:role|word|promise|part)\b|up\b|the\s+weapons|[\w\s]{2,40}\b(?:open|going)\b))|"
        r"retain|let(?!\s+(?:the\s+force|[\w\s]{2,40}?\buse\b|an?\s+\w+\s+program))|report|hear|fear|miss|learn|argue|insist|call|urge|seek|try|wait|mourn|bury|treat|follow|face|bring\s+(?:home|back)|withdraw|see\s+its)\b"
    ),
    r"(?:its|their|his|her)\s+own\s+(?:\w+\s+)?(?:army|air\s+force|navy|skies|pilots|soldiers|borders?|arsenal|stocks?|cities|towns|streets|capital|coast)\b|\bat\s+home\b",
    r"(?:support|help|assist|back|follow)\s+(?-i:[A-Z])\w+\s+in\s+\w+ing|exports?\b|sales?\b|(?:report|list|motion|statement)\s+(?:on|about|of|against)\b",
)
"""What is promised is not to give: to watch, to keep, to sell, to look after one's own."""
_MAY = re.compile(r"\bmay\b(?!\s+\d)|(?<=[a-z] )May (?=[A-Z][a-z]+ (?!\d))")

PLEDGED = (
    r"pledg(?:e|es|ed|ing)\b",
    r"commit(?:s|ted|ting|ment|ments)?\b",
    r"promis(?:e|es|ed|ing)\b",
    r"agree(?:s|d|ing)?\b",
    r"vow(?:s|ed|ing)?\b",
    r"sign(?:s|ed|ing)?\b(?!\s+of\b)|lined\s+up\s+to\b|put\s+pen\s+to\s+paper|put\s+(?:their|his|her)\s+names?\s+to|initial?led",
    r"(?:will|shall)\b(?!\s+be\s+(?:treated|considered|regarded|seen|viewed|deemed|class\w+))|[’']ll\b",
    r"undert(?:ake|akes|aken|aking|ook)\b",
    r"decid(?:es|ed)\b|determined\b|resolved\s+to",
    r"announc(?:e|es|ed|ing)\b|confirm(?:s|ed|ing)?\b|unveil(?:s|ed|ing)?\b|guaranteed\b|assured?\b",
    r"(?:put|puts|putting|place|places|placed|placing)\s+[^.;]{1,60}?\bat\s+(?:the\s+|its\s+)?(?:[\w’']+\s+)?disposal\b",
    r"voted\s+(?:to|for)\b|thrown\s+open|threw\s+open|(?:doubl|tripl|increas|boost|expand)(?:ed|es|ing)\s+(?:its|their)\b",
    r"(?:take|takes|taking|taken|took)\s+(?:charge|responsibility|command|on)\b|in\s+charge\s+of|made\s+available|sets?\s+aside|accept(?:s|ed)?\s+to\b",
    r"approv(?:es|ed|ing)\b|allocat\w+|earmark\w*|endors\w+|adopted|ratif\w+|enshrin\w+",
    r"(?:is|are|was|were|been)\s+(?:already\s+|currently\s+|each\s+|both\s+|now\s+|also\s+|jointly\s+)?(?:sending|deploying|providing|supplying|contributing|leading|hosting|funding|training|equipping|arming|delivering|financing)\b",
    (
        r"(?:is|are)\s+(?:to\s+be\s+(?:deployed|sent|stationed|established|led|set\s+up|provided|hosted)|to(?=\s+(?:send|deploy|provide|contribute|lead|host|supply|fund|train|equip|build|set\s+up|patrol|protect|police|monitor|command|have|take|run|pay|finance|deliver|join|"
        r"take\s+(?:charge|part|over|the\s+lead)|secure|clear|sweep|station|give|increase|expand|continue)\b))"
    ),
    r"(?:already|now)\s+(?:clearing|patrolling|protecting|monitoring|guarding|sweeping|building)\b",
    r"(?:takes|taking|took)\s+the\s+lead\b|foot(?:s|ing)?\s+(?:part\s+of\s+)?the\s+bill",
    r"(?:am|is|are|[’'](?:m|s|re))\s+going\s+to\b",
    r"opt(?:s|ed|ing)?\s+to(?=\s+\w)",
    r"outlin(?:e|es|ed|ing)\b(?=[^.;]{0,90}\b(?:participation|contribution|taking\s+part))",
    r"st(?:an|oo)d(?:s|ing)?\s+[“\"‘']?(?:(?:\w+ly,?\s+)+)?(?:behind|by(?!\s+(?:as|while|when)\b))\b|back(?:s|ed)?(?=\s+(?:the\s+|its\s+|these\s+)?(?:security\s+)?(?:guarantees|protocols))",
    r"(?:is|are|was|were)\s+the\s+ones?(?=\s+(?:deploy|send|provid|pay|lead|train))",
    r"on\s+board|step(?:s|ped)?\s+up\s+with",
)

CONDITIONAL = (
    (
        r"subject\s+to|conditional\w*|contingent\s+on|provided\s+(?:that|there)|"
        r"on\s+(?:the\s+)?condition|only\s+(?:if|once|after|when)|in\s+the\s+event|in\s+case|(?:as|so)\s+long\s+as|"
        r"when\s+the\s+time\s+comes|eventually\b|"
        r"if\b|unless\b|once\b|until\b"
    ),
)

SUPPORT = (
    (
        r"stands?\s+(?:\w+ly\s+)?(?:behind|by|with)|back(?:s|ed|ing)\b|support(?:s|ed|ing)\b|join(?:s|ed|ing)\b|"
        r"contribut(?:es|ed|ing|ions?)\b|participat(?:es|ed|ing|ion)\b|pav(?:e|es|ed|ing)\s+the\s+way"
    ),
)
"""Support without any word of undertaking: thought about, as far as the text goes."""


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly a clause undertakes."""

    status: str
    cue: str
    """The words that decided, as they stand."""
    start: int
    """Offset of the cue in the clause."""
    end: int
    kind: str = ""
    """``will`` (declared, as "ready to"), ``offer``, ``would``; empty where the cue is of no such kind."""


def _any(parts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(f"(?:{p})" for p in parts) + r")(?!\w)", re.IGNORECASE
    )


_RULED_OUT = _any(RULED_OUT)
_NOT_RULED_OUT = _any(NOT_RULED_OUT)
_UNDECIDED = _any(UNDECIDED)
_CONSIDERED = _any(CONSIDERED)
_PLEDGED = _any(PLEDGED)
_NEGATION = re.compile(
    rf"(?<![\w-]){_NOT}(?!\s+(?:only|just|merely|on|near|at|(?:\w+\s+){{0,2}}?(?:on|near|at|along|in)\s+the\s+(?:front|line|contact)|(?:to|in|inside|into)\s+(?-i:[A-Z])\w+|"
    r"(?:\w+\s+)?wag\w+|operat\w+|plac\w+|fight\w*|until|before|unless))(?!\w)",
    re.IGNORECASE,
)
_CONDITIONAL = _any(CONDITIONAL)
_WOULD = re.compile(
    r"\bwould\b(?!\s+become|\s+be\s+(?:treated|considered|regarded|seen|viewed|deemed|class\w+))|\w[’']d\b"
)
_SUPPORT = _any(SUPPORT)
_PROVISO = re.compile(
    r"\b(?:if|unless|in\s+case|in\s+the\s+event|as\s+long\s+as)\b[^,;]*", re.IGNORECASE
)
_QUALIFIER = re.compile(
    r"\b(?:a|an|the|any|this|its|of)\s+(?:[\w’'-]+\s+)?[“\"]?(?:proposed|potential|possible|planned|"
    r"eventual|likely|draft|expected)(?=\s+[\w“\"])"
    r"(?!\s+(?:\w+\s+)?(?:deployments?|contributions?|participation|involvement|use|sending|dispatch|roles?|presence)\b)",
    re.IGNORECASE,
)
_SIGNED_PLAN = re.compile(
    r"\b(?:sign(?:s|ed|ing)|agree(?:s|d|ing)(?:\s+(?:on|to))?|adopt(?:s|ed|ing)|approv(?:es|ed|ing)|put\s+(?:their|his|her|its)\s+"
    r"names?\s+to)\s+(?:a|an|the)\s+(?:[\w-]+\s+){0,2}?(?:plans?|declarations?|agreements?|pacts?|documents?)"
    r"(?:\s+of\s+intent)?\s+(?:to\b|under\s+which)",
    re.IGNORECASE,
)
"""Whose signature stands under a plan has done more than plan."""
_UNDER_WAY = re.compile(
    r"\b(?:is|are|was|were|already|now)\s+preparing\s+(?:(?!to\b|for\b|a\b|its\b|options?\b|plans?\b|proposals?\b)[\w-]+\s+){0,2}?"
    r"(?:support|assistance|aid|help|supplies|deliver\w+|shipments?|training)\b(?!\s+(?:options?|plans?|proposals?))",
    re.IGNORECASE,
)
"""An act that has begun: "is preparing naval support", and not "is preparing to send"."""
_WILL = re.compile(
    r"read(?:y|iness)|prepared|willing\w*|stands?\s+ready|plan(?:s|ned)?\s+to|intend(?:s|ed)?|"
    r"intentions?\s+(?:to|of)",
    re.IGNORECASE,
)
_GET_READY = re.compile(r"\bget(?:s|ting)?\s+(?:[\w’']+\s+){1,3}ready\b", re.IGNORECASE)
NO_QUOTES = str.maketrans('“”"', "   ")
"""What stands in quotation marks weighs as much as without them: 'no Arish "boots"'."""
_READIED = re.compile(
    r"(?:[€$£]\s?\d[\d.,]*\s*(?:m|bn|million|billion)?|\b(?:million|billion|money|funds?)\b)[^.;]{0,30}?\b"
    r"(?:to\s+prepare|for\s+(?:the\s+|its\s+)?prepar\w+)(?:[^.;,]{0,60}\bdeployments?\b)?",
    re.IGNORECASE,
)
"""Money to make troops ready is spent; only the troops are not promised."""
_OFFERS = re.compile(r"offer(?:s|ed)?", re.IGNORECASE)
_NOUN_OF_PROMISE = re.compile(
    r"\b(?:troops?|military|financial|such|any|their|its|the|over|about|of|on)\s+(?:commitments?|pledges?|promises?)"
    r"(?!\s+(?:to|that|of))",
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def strength_of(clause: str) -> Strength | None:
    """Weigh a clause; null where no cue says that anybody undertakes anything.

    >>> strength_of("Arland pledged troops").status
    'pledged'
    >>> strength_of("Arland said it may pledge troops").status
    'considered'
    >>> strength_of("Arland has not ruled out sending troops").status
    'considered'
    >>> strength_of("Arland has a long coast") is None
    True
    """
    clause = clause.translate(NO_QUOTES)
    proviso = _PROVISO.search(clause)
    if proviso and clause[: proviso.start()].strip():
        # What stands under "if" is a condition; its own words promise and refuse nothing.
        at = proviso.start()
        clause = clause[:at] + "if".ljust(proviso.end() - at) + clause[proviso.end() :]
    softened = _NOT_RULED_OUT.search(clause)
    if softened:
        return _strength("considered", softened)
    for status, pattern in (("ruled_out", _RULED_OUT), ("undecided", _UNDECIDED)):
        found = pattern.search(clause)
        if found:
            return _strength(status, found)
    pledged = _UNDER_WAY.search(clause) or _first_promise(clause)
    would = _WOULD.search(clause)
    soft = _soft(clause, 0 if pledged else would.end() if would else None)
    if soft:
        return _strength("considered", soft[0], _kind_of(soft))
    conditional = _CONDITIONAL.search(clause)
    negated = _NEGATION.search(clause)
    if negated:
        # A "not" that no rule above understands never leaves a promise standing.
        return _strength("undecided", negated)
    if pledged and conditional:
        return _strength("conditional", pledged)
    if would:
        return _strength("conditional", would, "" if conditional else "would")
    if pledged:
        return _strength("pledged", pledged)
    support = _SUPPORT.search(clause)
    return _strength("considered", support, "support") if support else None


def _first_promise(clause: str) -> re.Match[str] | None:
    nouns = [match.span() for match in _NOUN_OF_PROMISE.finditer(clause)]
    for match in _PLEDGED.finditer(clause):
        if not any(start <= match.start() < end for start, end in nouns):
            return match
    return None


def _soft(clause: str, promised: int | None) -> list[re.Match[str]]:
    """Find the words that make a promise a thought; "a proposed force" is none behind a promise.

    Args:
        clause: the words.
        promised: offset from which such qualifiers weigh nothing; null where nothing is promised.
    """
    qualifiers = () if promised is None else _QUALIFIER.finditer(clause, promised)
    spans = [match.span() for match in qualifiers]
    spans += [match.span() for match in _SIGNED_PLAN.finditer(clause)]
    for pattern in (_UNDER_WAY, _READIED):
        spans += [match.span() for match in pattern.finditer(clause)]
    spans += [m.span() for m in _GET_READY.finditer(clause)] if promised is not None else []
    found = [
        match
        for match in _CONSIDERED.finditer(clause)
        if not any(start <= match.start() < end for start, end in spans)
    ]
    may = _MAY.search(clause)
    return [*found, may] if may else found


def _kind_of(soft: list[re.Match[str]]) -> str:
    """Tell a declared will or an offer from words of mere thought."""
    for kind, pattern in (("will", _WILL), ("offer", _OFFERS)):
        if all(pattern.fullmatch(match[0]) for match in soft):
            return kind
    return ""


def _strength(status: str, match: re.Match[str], kind: str = "") -> Strength:
    return Strength(status, match[0], match.start(), match.end(), kind)
