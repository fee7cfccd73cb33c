"""What is done with passes."""

from gatehouse.passes.actions.designs import (
    archive_design,
    delete_design,
    duplicate_design,
    make_design,
    restore_design,
    save_draft,
    set_audience,
)
from gatehouse.passes.actions.images import forget_unused_images, keep_image
from gatehouse.passes.actions.issuing import issue_pass, new_pass, next_tag
from gatehouse.passes.actions.publishing import publish_design, take_back

__all__ = [
    "archive_design",
    "delete_design",
    "duplicate_design",
    "forget_unused_images",
    "issue_pass",
    "keep_image",
    "make_design",
    "new_pass",
    "next_tag",
    "publish_design",
    "restore_design",
    "save_draft",
    "set_audience",
    "take_back",
]
