"""The sources that the rows of the catalogue name."""

from __future__ import annotations

import datetime as dt

from deployer.catalog.facts import Source

DOCUMENTATION_2025 = Source(dt.date(2025, 2, 6), "Azure OpenAI documentation")
RETIREMENT_TABLE_2026 = Source(
    dt.date(2026, 1, 15), "Azure's model retirement table, archived copy"
)
OTHER_VENDOR_2026 = Source(
    dt.date(2026, 3, 12), "OpenAI's own shutdown list, second hand; Azure names none"
)
MODEL_LIST_2026 = Source(dt.date(2026, 4, 23), "the region's model list as Azure answered it")
RETIRED_MODELS_2026 = Source(dt.date(2026, 4, 23), "Azure's page of retired models")
RETIREMENT_SCHEDULE_2026 = Source(dt.date(2026, 7, 7), "Azure's model retirement schedule")
REALTIME_PAGE_2026 = Source(dt.date(2026, 9, 21), "Azure documentation of realtime 2")
