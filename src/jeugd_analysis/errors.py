"""What is wrong, where, and what to do: one Dutch message, an exit code, no traceback.

Messages name files, rows, columns, tables and codes; never a youth and never a value from a person's row.
"""


class JeugdError(Exception):
    """Something the analyst can put right. The command line shows it without traceback."""

    exit_code = 1

    def __init__(self, code: str, *, wat: str, doe: str) -> None:
        super().__init__(f"[{code}] {wat}\n  Doe dit: {doe}")
        self.code, self.wat, self.doe = code, wat, doe

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive pickling by default; notebooks run in other processes.
        return _rebuild, (type(self), self.code, self.wat, self.doe)


def _rebuild(kind: type[JeugdError], code: str, wat: str, doe: str) -> JeugdError:
    error = kind.__new__(kind)
    JeugdError.__init__(error, code, wat=wat, doe=doe)
    return error


class DeliveryError(JeugdError):
    """A delivery that cannot be taken in; nothing of it was kept."""

    exit_code = 2


class UnknownNameError(JeugdError):
    """An edition, municipality, segment, table or parameter that does not exist."""

    exit_code = 3


class BuildError(JeugdError):
    """A notebook or the book that failed; the previous book is untouched."""

    exit_code = 4


class DisclosureError(JeugdError):
    """Something would be shown that did not pass the disclosure gate."""

    exit_code = 5


class FactorError(JeugdError):
    """A method was called with names, keys or numbers it cannot use."""

    def __init__(self, wat: str, *, doe: str = "controleer de namen en de waarden die u aan de methode geeft.") -> None:
        super().__init__("MET-001", wat=wat, doe=doe)


def bad_parameter(name: str, value: object, allowed: str) -> UnknownNameError:
    """A parameter outside its closed list or range."""
    return UnknownNameError(
        "PAR-001", wat=f"Parameter {name} heeft de waarde {value!r}.", doe=f"kies een waarde uit: {allowed}."
    )


def unknown_parameter(names: list[str], notebook: str, known: list[str]) -> UnknownNameError:
    """A parameter the notebook does not have: papermill alone would only warn and run the default."""
    return UnknownNameError(
        "PAR-002",
        wat=f"Notebook {notebook} kent geen parameter {', '.join(names)}.",
        doe=f"gebruik alleen: {', '.join(known)}.",
    )


def unknown_edition(label: str, known: list[str]) -> UnknownNameError:
    """No delivery was taken in for this edition."""
    listed = ", ".join(known) if known else "nog geen enkele"
    return UnknownNameError(
        "EDI-001",
        wat=f"Voor {label} is geen aanlevering ingelezen. Wel ingelezen: {listed}.",
        doe=f"lees eerst een aanlevering in met `jeugd add {label} MAP`.",
    )


def claims_of_earlier_quarters_only(label: str, last: str) -> JeugdError:
    """The edition's own quarter brought no claims: its months would look complete or empty, and are neither."""
    return JeugdError(
        "TAB-002",
        wat=f"Voor {label} zijn geen declaraties aangeleverd; de laatste zijn van {last}.",
        doe=f"lever de declaraties aan met `jeugd add {label} BESTAND`, of bouw `jeugd build {last}`.",
    )


def missing_tables(names: list[str], label: str) -> JeugdError:
    """Tables that the book needs and no delivery has brought."""
    return JeugdError(
        "TAB-001",
        wat=f"Voor {label} ontbreekt: {', '.join(sorted(names))}.",
        doe=f"lever dit aan met `jeugd add {label} BESTAND`; daarna `jeugd check {label}`.",
    )
