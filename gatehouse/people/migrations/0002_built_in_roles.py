"""The six roles every portal has; what they may do is said in code, see core.access."""

from django.db import migrations

NAMES = {
    "member": "Member",
    "student": "Student",
    "tutor": "Tutor",
    "instructor": "Instructor",
    "admin": "Admin",
    "owner": "Owner",
}


def make_roles(apps, schema_editor):
    role = apps.get_model("people", "Role")
    for slug, name in NAMES.items():
        role.objects.get_or_create(slug=slug, defaults={"name": name, "is_built_in": True})


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
