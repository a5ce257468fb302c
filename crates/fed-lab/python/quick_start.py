"""Has LocalStack and moto start without work that nothing waits for. The launcher runs this
file before it imports either; what is answered is the same.
"""

import gc


def look_for_cycles_seldom():
    """A start makes millions of objects that stay; Python would go through all of them again
    and again, looking for some to throw away."""
    gc.set_threshold(100_000, 50, 100)


def ask_one_session_for_regions():
    """Each service makes a session to ask which regions there are, and each session reads the
    endpoints of all of AWS and the service's whole model."""
    from botocore.session import Session

    ask = Session.get_available_regions
    shared = []

    def get_available_regions(_self, *service, **options):
        if not shared:
            shared.append(Session())
        return ask(shared[0], *service, **options)

    Session.get_available_regions = get_available_regions


class Offerings:
    """The instance types that one region offers, read when somebody asks for them.

    moto goes through them once as soon as it has them, to note in each what its folder says:
    that is done here, so the first time there are none.
    """

    def __init__(self, read, location_type):
        self.read = read
        self.location_type = location_type
        self.is_noted = False
        self.offerings = None

    def __iter__(self):
        if not self.is_noted:
            self.is_noted = True
            return iter(())
        if self.offerings is None:
            offerings = self.read()
            for offering in offerings:
                offering["LocationType"] = self.location_type
            self.offerings = offerings
        return iter(self.offerings)


def read_offerings_when_asked():
    """moto reads what every region offers as soon as EC2 is asked for anything."""
    from moto.utilities import utils

    read = utils.load_resource

    def load_resource(*where):
        *_, kind, location_type, _region = ("", "", *where[-1].split("/"))
        if kind == "instance_type_offerings":
            return Offerings(lambda: read(*where), location_type)
        return read(*where)

    utils.load_resource = load_resource


def of_moto():
    look_for_cycles_seldom()
    ask_one_session_for_regions()
    read_offerings_when_asked()
