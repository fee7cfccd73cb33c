"""What the tests of the desk's lists share: files of every kind, and imports of them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from gatehouse.helpdesk.actions import imports
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.queries import catalogue as queries

FILES = {
    "courses": "department,number,name,on_display\nCSCI,1400,Introduction,yes\nCSCI,1620,Programming,no\nMATH,0101,Ärithmetik,1\n",
    "semesters": "year,season,start_date,end_date\n2026,Fall,2026-08-24,2026-12-18\n2027,Spring,2027-01-11,2027-05-07\n",
    "professors": (
        "first_name,last_name,email\nAoife,McDonald,aoife@example.org\nSeán,O'Brien,sean@example.org\n"
        "Inés,de la Cruz,ines@example.org\nThảo,Nguyễn,thao@example.org\nThảo,Nguyễn,thao2@example.org\nNo,Address,\n"
    ),
    "sections": (
        "department,number,section,semester,days,start_time,end_time,mode,professor_email\n"
        "CSCI,1400,001,Fall 2026,MoWe,09:00,10:15,InPerson,aoife@example.org\n"
        "CSCI,1400,850,Fall 2026,,,,TotallyOnline,\n"
        "CSCI,1400,001,Spring 2027,TuTh,13:30,14:45,Remote,aoife@example.org\n"
    ),
    "staff": (
        "email,name,role,active,courses\nana@example.org,Ana Kowalska,tutor,yes,CSCI 1400;CSCI 1620\n"
        "ben@example.org,Ben O'Brien,admin,yes,\ncy@example.org,Cy van der Berg,tutor,no,MATH 0101\n"
    ),
    "problem_types": "text,order,active\nDebugging,1,yes\nSetting up,1,yes\nProofs,2,no\n",
    "hours": "weekday,opens,closes\nMonday,09:00,12:00\nMonday,13:00,17:00\nFriday,09:00,15:30\n",
    "holidays": "date,name\n2026-11-26,Thanksgiving\n2026-12-25,\n",
    "rooms": "name,building\nB12,Library\nB13,\n",
    "notices": "text,start_date,end_date\nWe close early today.,2026-11-20,2026-11-20\nWe move to B13.,2026-12-01,2026-12-18\n",
    "answers": 'title,text,course,public\nTruth tables,"Draw one.\n\nThen look again.",CSCI 1400,yes\nOffice hours,=See the door,,no\n',
}
ORDER = tuple(FILES)


def on_disk(content, name="file.csv"):
    """`with on_disk(text or bytes) as path`."""
    return _OnDisk(content, name)


class _OnDisk:
    def __init__(self, content, name):
        self.content, self.name = content, name

    def __enter__(self):
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / self.name
        path.write_bytes(self.content if isinstance(self.content, bytes) else self.content.encode())
        return path

    def __exit__(self, *error):
        self.folder.cleanup()


def begun(slug, content, *, actor=None, name="file.csv", **how):
    with on_disk(content, name) as path:
        return imports.begin_import(path=path, filename=name, kind=KINDS[slug], actor=actor, **how)


def looked_at(slug, content, **how):
    return imports.plan_of(begun(slug, content, **how))


def applied(slug, content=None, *, missing="leave", actor=None, **how):
    first = begun(slug, FILES[slug] if content is None else content, actor=actor, **how)
    return imports.apply_import(catalogue_import=first, missing=missing, actor=actor)


def everything():
    """A desk with some of each kind."""
    for slug in ORDER:
        _import, plan = applied(slug)
        assert plan.faults == [], slug


def sums(plan):
    return len(plan.new), len(plan.changed), plan.unchanged, len(plan.missing), len(plan.faults)


def faults(plan):
    return [(fault.line, fault.column, str(fault.message)) for fault in plan.faults]


def exported(slug):
    return "".join(queries.as_csv(KINDS[slug]))
