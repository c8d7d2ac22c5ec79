"""The kinds of record. Importing a module registers its kinds, so the order of these imports is that of the kinds."""

# isort: off
from macros.model.people import Domain, Role, Rotation, Team
from macros.model.software import CriticalPath, Group, Platform, Repository, Service, System
from macros.model.infrastructure import Account, Bucket, Cluster, Database, Provider, Vendor
from macros.model.security import Control
from macros.model.observability import Alert, Channel, Monitor
from macros.model.delivery import Stage, Tool
from macros.model.payments import FinancialService, Processor
from macros.model.launch import Freeze, Launch, Milestone, Readiness, ReadinessArea, Signoff
from macros.model.runbooks import Procedure, Runbook
from macros.model.organisation import Claim, InventoryRecord, Waiver
from macros.model.query import Condition, Query
from macros.model.record import KINDS, Kind, Operated, Owned, Record
from macros.model.relations import RELATIONS, Link, RelationType, To
# isort: on

__all__ = [
    "KINDS",
    "RELATIONS",
    "Account",
    "Alert",
    "Bucket",
    "Channel",
    "Claim",
    "Cluster",
    "Condition",
    "Control",
    "CriticalPath",
    "Database",
    "Domain",
    "FinancialService",
    "Freeze",
    "Group",
    "InventoryRecord",
    "Kind",
    "Launch",
    "Link",
    "Milestone",
    "Monitor",
    "Operated",
    "Owned",
    "Platform",
    "Procedure",
    "Processor",
    "Provider",
    "Query",
    "Readiness",
    "ReadinessArea",
    "Record",
    "RelationType",
    "Repository",
    "Role",
    "Rotation",
    "Runbook",
    "Service",
    "Signoff",
    "Stage",
    "System",
    "Team",
    "To",
    "Tool",
    "Vendor",
    "Waiver",
]
