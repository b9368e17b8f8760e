"""Faker in pools, without the cost of importing all of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mockserver.errors import UsageError
from mockserver.provider.source import root
from mockserver.provider.values import Pools, UnknownMethodError, known_locale, locales

METHODS = ["company", "first_name", "last_name", "city", "street_address", "postcode", "phone_number", "job", "word"]


def python(code: str) -> str:
    """Return what *code* prints in a process of its own."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


class TestLoading:
    """Faker, imported in part."""

    def test_same_constants(self) -> None:
        """The lists read from folders are those that Faker finds by importing everything."""
        names = ("DEFAULT_LOCALE", "META_PROVIDERS_MODULES", "PROVIDERS", "AVAILABLE_LOCALES")
        code = f"import faker.config; print([getattr(faker.config, name) for name in {names}])"
        ours = f"from mockserver.provider.values import load_faker; load_faker(); {code}"
        assert python(ours) == python(code)

    def test_nothing_more(self) -> None:
        """Faker's scan does not run, and only what a value needs is imported."""
        code = """
import sys
from mockserver.provider.values import Pools
assert "faker" not in sys.modules
Pools().pool("company", "no_NO")(5)
print(sys.modules["faker.config"].__doc__, sorted(name for name in sys.modules if name.endswith(".internet")))
"""
        assert python(code) == "The constants of faker.config, read from folders by mockserver. []"

    def test_left_alone(self) -> None:
        """Where Faker is there already, it keeps its own configuration."""
        code = "import faker; from mockserver.provider.values import Pools; Pools().pool('city', 'sv_SE')(5)"
        assert python(f"{code}; import sys; print(sys.modules['faker.config'].__file__.rsplit('/')[-1])") == "config.py"

    @pytest.mark.parametrize("locale", ["no_NO", "de_DE", "ja_JP"])
    def test_same_values(self, locale: str) -> None:
        """A pool holds what Faker with all its providers gives for the same seed."""
        seeds = [root(slot, method, locale, 0) for slot, method in enumerate(METHODS)]
        code = f"""
from faker import Faker
faker = Faker({locale!r})
for seed, method in zip({seeds}, {METHODS}):
    faker.seed_instance(seed)
    print(ascii(getattr(faker, method)()))
"""
        pools, size = Pools(), 512
        keys = [(slot << 64) // size + 1 for slot in range(len(METHODS))]
        drawn = [pools.pool(method, locale)(key) for method, key in zip(METHODS, keys, strict=True)]
        assert python(code).splitlines() == [ascii(value) for value in drawn]


class TestPools:
    """Values by method and locale."""

    def test_order_does_not_matter(self) -> None:
        """What a key picks hangs on nothing that was drawn before."""
        keys = [root(7, number) for number in range(50)]
        first, second = Pools().pool("last_name", "da_DK"), Pools().pool("last_name", "da_DK")
        assert [first(key) for key in keys] == [second(key) for key in reversed(keys)][::-1]

    def test_variety(self) -> None:
        """A pool holds hundreds of values."""
        draw = Pools().pool("company", "sv_SE")
        assert len({draw(root(1, number)) for number in range(3000)}) > 250

    def test_arguments(self) -> None:
        """Arguments go to Faker's method."""
        draw = Pools().pool("random_int", "en_US", {"min": 5, "max": 6})
        assert {draw(root(1, number)) for number in range(50)} == {5, 6}

    def test_fitting(self) -> None:
        """A pool of its own holds only values that fit."""
        draw = Pools().open("last_name", "en_US", {}, lambda name: len(name) < 6)
        assert max(len(draw(root(1, number))) for number in range(200)) == 5

    def test_another_provider(self) -> None:
        """A method that asks another provider's method of the generator finds it."""
        assert "@" in Pools().pool("company_email", "en_US")(1)

    def test_locale_without_the_method(self) -> None:
        """A method that a locale lacks is drawn from the default locale: Norway has no states."""
        names = Pools().pool("state_abbr", "no_NO")
        assert {len(names(root(1, number))) for number in range(20)} == {2}

    @pytest.mark.parametrize(
        ("method", "says"),
        [
            ("companny", "did you mean company"),
            ("__init__", "no provider method"),
            ("seed_instance", "no provider method"),
            ("add_provider", "no provider method"),
        ],
    )
    def test_unknown_method(self, method: str, says: str) -> None:
        """A method that Faker lacks, or that is no provider's, is refused with close names."""
        with pytest.raises(UnknownMethodError, match=says):
            Pools().pool(method, "en_US")

    @pytest.mark.parametrize(
        ("arguments", "fits", "says"),
        [({"no_such": 1}, lambda _: True, "does not take"), ({}, lambda _: False, "no value that the schema takes")],
    )
    def test_nothing_to_draw(self, arguments: dict[str, int], fits: object, says: str) -> None:
        """A method that refuses its arguments, or whose values never fit, is an error when drawn."""
        draw = Pools().open("city", "en_US", arguments, fits)  # type: ignore[arg-type]
        with pytest.raises(UnknownMethodError, match=says):
            draw(1)


class TestLocales:
    """Locales by name."""

    @pytest.mark.parametrize(
        ("name", "locale"),
        [("no_NO", "no_NO"), ("nb-no", "no_NO"), ("nn", "no_NO"), ("NO", "no_NO"), ("sv", "sv_SE"), ("en-GB", "en_GB")],
    )
    def test_known(self, name: str, locale: str) -> None:
        """A locale is found in any spelling, and by its language alone if there is one country only."""
        assert known_locale(name) == locale

    @pytest.mark.parametrize(
        ("name", "says"),
        [("en", "en_US"), ("de_NO", "de_AT, de_CH, de_DE"), ("xx", "there is no data"), ("", "there is no")],
    )
    def test_unknown(self, name: str, says: str) -> None:
        """A locale that is not there, or not one, is refused with close ones."""
        with pytest.raises(UsageError, match=says):
            known_locale(name)

    def test_among(self) -> None:
        """The choice can be narrowed."""
        assert known_locale("en", ["en_GB", "sv_SE"]) == "en_GB"
        with pytest.raises(UsageError, match="en_GB"):
            known_locale("de_DE", ["en_GB", "sv_SE"])

    def test_all(self) -> None:
        """There are as many locales as Faker has."""
        assert {"en_US", "no_NO", "ja_JP"} < set(locales())
