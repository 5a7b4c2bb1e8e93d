"""Which language a text is written in, judged by its small words; they make up nearly half of any prose."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
}

_SMALL_WORDS = {
    code: frozenset(words.split())
    for code, words in {
        "en": "a about after against ago all also although an and another any anything are as at away be because "
        "been before but by can could did do does each else every few for from get had has have he her here "
        "him his how i if in instead into is it its itself just later least less like made make many may me "
        "more most much must my need needs never no nobody nobodys nor not nothing of off often on once one "
        "only onto or other others our out over own same she should so some somebody something still such "
        "than that the their them then there these they this those though through to too two under until up "
        "upon us very was we were what when where which while who whoever whom whose why will with within "
        "without would yet you your",
        "de": "aber alle alles als also am an auch auf aus bei beim bin bis da damit dann das dass dem den denn der "
        "deren des die dies diese dieser dieses doch dort drei du durch ein eine einem einen einer eines er "
        "es etwas für gegen genau haben hat hinter ich ihm ihn ihr ihre im immer in ist ja jede jeden jeder "
        "jedes kann kein keine man mehr mein mit muss nach nicht nichts niemand noch nun nur ob obwohl oder "
        "ohne schon sehr sein seine seiner sich sie sind so solange sondern um und uns unter vom von vor war "
        "was weiter wenig wenn wer werden wie wir wird wirklich zu zum zur zwei über",
        "fr": "au aux avec ce ces cette comme dans de des du elle elles en est et eux fait il ils je la le les leur "
        "leurs lui mais me mes moi mon même ne nos notre nous on ou où par pas plus pour qu que qui sa sans "
        "se ses si son sont sur ta te tes toi ton tous tout très tu un une vos votre vous était été être",
        "es": "al algo como con cuando de del desde donde el ella ellas ellos en entre era es esta este esto están "
        "fue ha han hasta hay la las le les lo los me mi muy más nada ni no nos nosotros o otra otro para "
        "pero por porque que quien se ser si sin sobre son su sus también tan todo todos un una uno unos y ya "
        "yo",
        "it": "ad ai al alla alle anche ancora che chi ci come con cosa cui da dal dalla de degli dei del della "
        "delle di dove e ed era essere fra gli ha hanno i il in io la le lei li lo loro lui ma mi molto ne "
        "nel nella no noi non o ogni per perché più quando quella quello questa questo se senza si sia sono "
        "su sua sul sulla suo tra tutti un una uno è",
        "nl": "aan al als bij dan dat de der deze die dit door dus een en er ga geen had heb hebben heeft het hier "
        "hij hoe hun iets ik in is ja je kan kon maar me meer men met mij mijn moet na naar niet niets nog nu "
        "of om omdat onder ons ook op over te tegen toch toen tot u uit uw van veel voor want waren was wat "
        "we wel werd wie wij wil worden zal ze zei zich zij zijn zo zonder zou",
        "pt": "ao aos as até com como da das de dela dele do dos e ela elas ele eles em entre era essa esse esta "
        "este eu foi há isso isto já lhe mais mas me mesmo meu minha muito na nas nem no nos não nós o os ou "
        "para pela pelo por qual quando que quem se sem ser seu sua são só também te tem um uma você à é",
    }.items()
}

SMALL_WORDS = frozenset().union(*_SMALL_WORDS.values())


@dataclass(frozen=True)
class Language:
    code: str  # ISO 639-1, "und" when nothing fits
    name: str
    confidence: float  # 0 to 1


def guess(words: Sequence[str]) -> Language:
    """The language whose small words cover most of the text; its lead over the next one is the confidence."""
    counts = Counter(words)
    covered = {code: sum(counts[word] for word in small) / max(1, len(words)) for code, small in _SMALL_WORDS.items()}
    (code, best), (_, second) = sorted(covered.items(), key=lambda item: -item[1])[:2]
    if best < 0.05:
        return Language("und", "Undetermined", 0.0)
    return Language(code, _NAMES[code], round((best - second) / best, 2))
