"""Every fault, each under a name of its own."""

from __future__ import annotations

from faulty import edges, habits, manners, markup, messages, schemas

FAULTS = (*schemas.FAULTS, *messages.FAULTS, *markup.FAULTS, *manners.FAULTS, *habits.FAULTS, *edges.FAULTS)
