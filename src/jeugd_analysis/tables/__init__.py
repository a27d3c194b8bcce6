"""One schema per table: keys, types and rules. Strict: nothing is coerced and nothing is repaired in silence."""

from jeugd_analysis.tables.answers import ClaimAnswers, DeclarationAnswers, UnansweredLines
from jeugd_analysis.tables.base import Table, columns_of, empty, require
from jeugd_analysis.tables.budget import Budget
from jeugd_analysis.tables.care import Allocations, CarePeriods, RemovedAllocations, Requests, Youths
from jeugd_analysis.tables.claims import Claims
from jeugd_analysis.tables.open_data import OpenYouthCare, Population, PopulationBySex
from jeugd_analysis.tables.reference import Ledger, Providers, Tariffs
from jeugd_analysis.tables.supply import Capacity, TaskPayments, Waiting

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(name="youths", dutch="jeugdigen", model=Youths, key=("youth_id", "valid_from")),
        Table(name="allocations", dutch="toewijzingen", model=Allocations, key=("allocation_id",)),
        Table(
            name="removed_allocations",
            dutch="verwijderde toewijzingen",
            model=RemovedAllocations,
            key=("allocation_id",),
        ),
        Table(name="requests", dutch="verzoeken om toewijzing", model=Requests, key=("reference",)),
        Table(name="care_periods", dutch="zorgperioden", model=CarePeriods, key=("allocation_id", "start")),
        Table(name="claims", dutch="declaraties", model=Claims, key=("reference",), accumulates=True),
        Table(
            name="claim_answers",
            dutch="antwoorden op declaraties",
            model=ClaimAnswers,
            key=("reference",),
            accumulates=True,
        ),
        Table(
            name="declaration_answers",
            dutch="beantwoorde declaraties",
            model=DeclarationAnswers,
            key=("declaration", "message"),
            accumulates=True,
        ),
        Table(
            name="unanswered_lines",
            dutch="declaratieregels zonder antwoord",
            model=UnansweredLines,
            key=("reference",),
            accumulates=True,
        ),
        Table(name="tariffs", dutch="tarieven", model=Tariffs, key=("provider", "product", "unit", "valid_from")),
        Table(name="ledger", dutch="grootboek (Iv3)", model=Ledger, key=("municipality", "task_field", "year")),
        Table(name="providers", dutch="aanbieders", model=Providers, key=("provider",)),
        Table(
            name="population", dutch="bevolking", model=Population, key=("municipality", "year", "age_from", "age_to")
        ),
        Table(
            name="population_by_sex",
            dutch="bevolking naar geslacht",
            model=PopulationBySex,
            key=("municipality", "year", "sex", "age_from", "age_to"),
        ),
        Table(
            name="open_youth_care",
            dutch="open cijfers jeugdzorg",
            model=OpenYouthCare,
            key=("source_table", "area_name", "period", "measure", "vintage"),
        ),
        Table(name="waiting", dutch="wachtlijsten", model=Waiting, key=("municipality", "segment", "kind", "quarter")),
        Table(name="capacity", dutch="plaatsen en bezetting", model=Capacity, key=("segment", "kind", "quarter")),
        Table(
            name="task_payments",
            dutch="taakgerichte betalingen",
            model=TaskPayments,
            key=("segment", "municipality", "provider", "month"),
        ),
        Table(name="budget", dutch="begroting", model=Budget, key=("municipality", "segment", "year", "status")),
    )
}

__all__ = ["TABLES", "Table", "columns_of", "empty", "require"]
