from __future__ import annotations

from pathlib import Path

from graphscope.app.styles import join_styles
from graphscope.resources import assets_dir


def test_the_sheets_of_the_page_become_one(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text('@font-face { src: url("fonts/x.woff2"); }')
    (tmp_path / "b.css").write_text('.b { background: url("data:image/png;base64,AA"); }')
    index = (
        '<title>t</title>\n<link rel="stylesheet" href="/assets/a.css">\n'
        '<link rel="preload" href="/x">\n<link rel="stylesheet" href="/assets/b.css">\n<body>'
    )

    joined, styles = join_styles(index, tmp_path)

    assert joined.count("stylesheet") == 1
    assert '<link rel="preload" href="/x">' in joined
    assert styles.decode().splitlines() == [
        '@font-face { src: url("../fonts/x.woff2"); }',
        '.b { background: url("data:image/png;base64,AA"); }',
    ]


def test_no_sheet_of_the_real_page_is_lost() -> None:
    index = (assets_dir() / "index.html").read_text(encoding="utf-8")

    joined, styles = join_styles(index, assets_dir())

    assert "bundle/page.css" in joined
    assert "/assets/graphscope.css" not in joined
    assert len(styles) > 10_000
