"""What is counted, for whom and over which days: figures of calls, and every section as a plain table."""

from calltracking.figures import calls as _calls  # noqa: F401 - it registers its tables
from calltracking.figures import costs as _costs  # noqa: F401 - likewise
from calltracking.figures import lead_tables as _lead_tables  # noqa: F401 - likewise
from calltracking.figures import team as _team  # noqa: F401 - likewise
from calltracking.figures.choice import AnalyticsFilter
from calltracking.figures.tables import TABLES, Cell, Column, Kind, Table, table

__all__ = ["TABLES", "AnalyticsFilter", "Cell", "Column", "Kind", "Table", "table"]
