"""Every rule across tables, in words: what is wrong and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What happens to what breaks a rule; the value is the word on the page."""

    STOP = "stop"
    QUARANTINE = "terzijde"
    NORMALISE = "aangepast"
    WARN = "let op"


class Severity(Enum):
    """How much it matters to who reads the figures, the most first."""

    HIGH = "hoog"
    MIDDLE = "middel"
    LOW = "laag"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what is wrong and what to do about it, in Dutch. Every rule across tables is one line of RULES."""

    code: str
    kind: Kind
    severity: Severity
    dutch: str
    remedy: str


_AGAIN = "Vraag de aanbieder om de regel te herstellen en opnieuw in te dienen."
RULES = {
    rule.code: rule
    for rule in (
        Rule("CLM-003", Kind.QUARANTINE, Severity.MIDDLE, "bedrag is niet aantal x tarief", _AGAIN),
        Rule("CLM-010", Kind.QUARANTINE, Severity.MIDDLE, "geen toewijzing met dit nummer",
             "Kijk of alle toewijzingen zijn aangeleverd. Zo ja, vraag de aanbieder welk nummer het moet zijn."),
        Rule("CLM-011", Kind.QUARANTINE, Severity.LOW, "regel is al eerder aangeleverd",
             "U hoeft niets te doen: de eerste regel telt mee."),
        Rule("CLM-012", Kind.QUARANTINE, Severity.MIDDLE, "creditregel zonder oorspronkelijke regel",
             "Zoek de oorspronkelijke regel op. Ontbreekt een aanlevering? Lever die eerst aan."),
        Rule("CLM-013", Kind.QUARANTINE, Severity.MIDDLE, "zorgperiode ligt niet binnen één kalendermaand", _AGAIN),
        Rule("CLM-014", Kind.QUARANTINE, Severity.LOW, "regel en creditering ervan staan in één bericht",
             "U hoeft niets te doen: samen zijn ze nul. Komt het vaak voor? Vraag de aanbieder waarom."),
        Rule("CLM-015", Kind.QUARANTINE, Severity.MIDDLE, "regel is al eerder gecrediteerd",
             "U hoeft niets te doen: de eerste creditregel telt mee."),
        Rule("CLM-016", Kind.QUARANTINE, Severity.MIDDLE, "deze maand van de toewijzing is al gedeclareerd",
             "Vraag de aanbieder welke regel juist is. De andere moet hij crediteren."),
        Rule("CLM-017", Kind.QUARANTINE, Severity.MIDDLE, "zorgmaand ligt buiten de toewijzing",
             "Kijk of de begindatum en de einddatum van de toewijzing kloppen. Vraag het anders de aanbieder."),
        Rule("CLM-018", Kind.WARN, Severity.MIDDLE, "product staat niet in products.csv",
             "Vul werklijst_producten.csv in (`jeugd check` maakt die) en zet de regels in products.csv. "
             "Nu telt het product mee zonder segment (S0)."),
        Rule("CLM-019", Kind.QUARANTINE, Severity.HIGH, "gemeente staat niet in municipalities.csv",
             "Hoort deze gemeente bij de regio? Zet haar dan in data/reference/municipalities.csv."),
        Rule("CLM-020", Kind.QUARANTINE, Severity.LOW, "gemeente heeft de regel afgewezen",
             "U hoeft niets te doen: de aanbieder dient de regel zo nodig opnieuw in."),
        Rule("CLM-021", Kind.WARN, Severity.MIDDLE, "gemeente hoorde in deze maand niet bij de regio",
             "Kijk of de datums in data/reference/municipalities.csv kloppen. De regel telt mee in de regio."),
        Rule("CLM-022", Kind.QUARANTINE, Severity.MIDDLE, "creditregel is niet gelijk aan de oorspronkelijke regel",
             "Vraag de aanbieder om de hele regel te crediteren en het juiste deel opnieuw in te dienen."),
        Rule("CLM-023", Kind.QUARANTINE, Severity.MIDDLE, "declaratie wacht nog op antwoord (JW325)",
             "Lever de antwoorden aan zodra u ze hebt. De regels tellen dan vanzelf mee, tenzij zij zijn afgewezen."),
        Rule("CLM-024", Kind.WARN, Severity.MIDDLE, "toewijzing is later verwijderd door de gemeente",
             "Vraag de aanbieder of hij deze regels crediteert. Tot die tijd tellen zij mee."),
        Rule("ALL-002", Kind.WARN, Severity.LOW, "toewijzing overlapt een andere van dezelfde jeugdige",
             "Kijk of de aanbieder hetzelfde product twee keer heeft. De jeugdige telt één keer mee."),
        Rule("ALL-003", Kind.QUARANTINE, Severity.MIDDLE, "leeftijd bij de start kan niet kloppen",
             "Controleer het geboortejaar. De declaraties bij deze toewijzing liggen ook terzijde."),
        Rule("PLA-001", Kind.STOP, Severity.HIGH, "het bedrag van een gemeente maakt een sprong",
             "Zoek uit of de sprong klopt. Leg vast wie dat besloot en waarom. Bouw daarna pas het boek."),
        Rule("PLA-002", Kind.STOP, Severity.HIGH, "het gebruik in een gemeente maakt een sprong",
             "Zoek uit of de sprong klopt. Leg vast wie dat besloot en waarom. Bouw daarna pas het boek."),
        Rule("PLA-003", Kind.WARN, Severity.MIDDLE, "het bedrag van een aanbieder maakt een sprong",
             "Vraag de aanbieder of dit klopt."),
        Rule("PLA-004", Kind.WARN, Severity.MIDDLE, "het gebruik bij een aanbieder maakt een sprong",
             "Vraag de aanbieder of dit klopt."),
        Rule("PLA-005", Kind.WARN, Severity.HIGH, "een aanbieder heeft niets gedeclareerd",
             "Vraag de aanbieder om te declareren, of om te bevestigen dat hij geen hulp meer geeft."),
        Rule("PLA-006", Kind.WARN, Severity.MIDDLE, "een aanbieder mist maanden tussen de andere",
             "Vraag de aanbieder of hij in deze maanden geen hulp gaf."),
        Rule("PLA-007", Kind.STOP, Severity.HIGH, "declaraties van een gemeente ontbreken",
             "Lever de declaraties van deze gemeente aan. Zonder deze gemeente is het totaal van de regio te laag."),
    )
}  # fmt: skip
REASONS = {code: rule.dutch for code, rule in RULES.items() if rule.kind is Kind.QUARANTINE}
