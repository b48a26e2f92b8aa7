"""Opens the city's units, halls and sections, writes down what each answers for, and brings them in by batches."""

from datetime import date, timedelta
from functools import partial

from weiting.demo.content import batches, remits
from weiting.demo.content.people import editor_of
from weiting.demo.content.units import BY_KEY, CITY, SECTIONS, UNITS
from weiting.demo.loader.city import City
from weiting.demo.loader.diary import at
from weiting.units import actions as units
from weiting.units.models import BatchUnit, Section

FOUNDED = at("2025-07-26 09:00")
_CLOSING = "机构合并，职责和旧文转到接手的单位，旧文仍可查。"


def open_units(city: City) -> None:
    """Open every unit under its parent, in the order of the content: parents come first."""
    for seed in city.seeds.units:
        city.units[seed.key] = units.open_unit(
            city.units.get(seed.parent),
            by=None,
            name=seed.name,
            short_name=seed.account,
            slug=seed.key,
            kind=seed.kind,
            about=seed.about,
            address=seed.address,
            phone=seed.phone,
            hours=seed.hours,
            color=seed.colour,
            seal_text=seed.seal,
            joined_on=date.fromisoformat(seed.joined_on),
        )
    for gone in city.seeds.units:
        if gone.closed_on:
            city.diary.note(at(f"{gone.closed_on} 17:00"), partial(_close, city, gone.key))


def _close(city: City, key: str) -> None:
    seed = city.seeds.unit(key)
    units.close_unit(
        city.units[key],
        _CLOSING,
        city.units[seed.successor],
        by=None,
        on=date.fromisoformat(seed.closed_on),
    )


def write_remits(city: City) -> None:
    """Write down what each unit answers for, in residents' words."""
    matters: dict[str, list[dict[str, object]]] = {}
    for matter in remits.MATTERS:
        matters.setdefault(matter.unit, []).append({"matter": matter.name, "synonyms": list(matter.synonyms)})
    for key, rows in matters.items():
        units.save_remits(city.units[key], rows, by=None)


def open_halls(city: City) -> None:
    """Open the main hall with its sections, and the county's own hall."""
    main = units.save_hall(
        city.units[CITY],
        by=None,
        slug=CITY,
        name="云溪发布厅",
        slogan="一座城，慢慢说清楚",
        host="云溪市人民政府",
        filing="云溪 ICP 备 2026001 号",
        police_filing="云溪公网安备 20260001 号",
        site_code="9900000001",
        filing_prefix="云网备",
        phone="12345",
        email="fabu@yunxi.example",
        is_main=True,
    )
    city.halls[CITY] = main
    for group, (name, colour) in SECTIONS.items():
        section = units.save_section(main, by=None, name=name, slug=group, color=colour)
        _fill(city, section, [seed.key for seed in UNITS if seed.group == group])
    county = city.units["hekouxian"]
    city.halls["hekouxian"] = units.save_hall(
        county, by=None, slug="hekouxian", name="河口发布厅", slogan="船靠岸，话说完", host=county.name
    )
    section = units.save_section(city.halls["hekouxian"], by=None, name="河口各家", slug="all")
    _fill(city, section, [seed.key for seed in UNITS if seed.parent == "hekouxian"])


def _fill(city: City, section: Section, keys: list[str]) -> None:
    # Grids stand on their community's page; a closed unit stands on no page.
    wanted = [
        city.units[key].pk for key in keys if BY_KEY[key].state != "closed" and BY_KEY[key].kind != "grid"
    ]
    if wanted:
        units.arrange_section(section, wanted, by=None)


def bring_in(city: City) -> None:
    """Start the three batches and note what each unit has done of its list."""
    slugs = [item.slug for item in batches.CHECKLIST]
    for seed in city.seeds.batches:
        due = date.fromisoformat(seed.due_on)
        batch = units.start_batch(
            seed.name,
            due,
            [city.units[key] for key in seed.units],
            [item.name for item in batches.CHECKLIST],
            by=None,
            basis="云政办〔2025〕18 号",
        )
        unfinished = dict(seed.done)
        places = list(BatchUnit.objects.filter(batch=batch).select_related("unit"))
        for place in places:
            _tick(city, place, [slugs.index(step) for step in unfinished.get(place.unit.slug, slugs)], due)
        BatchUnit.objects.bulk_update(places, ["done", "finished_on"])


def _tick(city: City, place: BatchUnit, steps: list[int], due: date) -> None:
    """Put down when each step was done, one every few days before the deadline."""
    by = city.people[editor_of(place.unit.slug)].name
    start = min(due, city.seeds.today - timedelta(days=1)) - timedelta(
        days=4 * len(steps) + place.unit_id % 5
    )
    days = [start + timedelta(days=4 * number) for number in range(len(steps))]
    place.done = {str(step): {"on": day.isoformat(), "by": by} for step, day in zip(steps, days, strict=True)}
    if len(steps) == len(batches.CHECKLIST):
        place.finished_on = days[-1]
