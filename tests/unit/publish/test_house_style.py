"""The house style: neutral without a file, complete with one, and a mistake in it is named."""

from __future__ import annotations

import pytest

from jeugd_analysis.errors import BuildError
from jeugd_analysis.publish.house_style import ACCENT, HouseStyle, contrast_on_white, read_house_style

DEFAULTS = {"name": "Voorbeeldregio", "contact": "de afdeling"}


def test_without_a_file_the_defaults_hold(tmp_path):
    assert read_house_style(tmp_path, **DEFAULTS) == HouseStyle(**DEFAULTS, logo=None, accent=ACCENT)


def test_every_field_is_taken(tmp_path):
    (tmp_path / "logo.svg").write_text("<svg/>", "utf8")
    (tmp_path / "house_style.toml").write_text('name = "Gemeente"\nlogo = "logo.svg"\naccent = "#7a0019"\n', "utf8")
    told = read_house_style(tmp_path, **DEFAULTS)
    assert told == HouseStyle(name="Gemeente", contact="de afdeling", logo=tmp_path / "logo.svg", accent="#7A0019")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('accent = "blauw"', "accent"),
        ('accent = "#FFFF00"', "accent"),
        ('logo = "weg.svg"', "logo"),
        ('logo = "../../buiten.png"', "logo"),
        ('kleur = "#000000"', "kleur"),
        ("name = 3", "name"),
        ("name = ", "het hele bestand"),
    ],
)
def test_a_mistake_is_named(tmp_path, line, field):
    folder = tmp_path / "data" / "reference"
    folder.mkdir(parents=True)
    (tmp_path.parent / "buiten.png").write_bytes(b"")
    (folder / "house_style.toml").write_text(line, "utf8")
    with pytest.raises(BuildError, match=f"HUI-001.*{field}"):
        read_house_style(folder, **DEFAULTS)


def test_contrast_is_that_of_wcag():
    """WCAG 2.2, note to 1.4.3: black on white is 21:1; grey #949494 is the lightest that passes 3:1."""
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#949494") >= 3 > contrast_on_white("#959595")
