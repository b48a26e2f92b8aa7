"""The fake server of the fediverse: its people keep their keys over a restart."""

import pickle

from weiting.sandbox.fediverse import Person


def test_people_of_the_fake_server_keep_their_keys_and_whom_they_follow():
    ann = Person("ann", follows={"https://hall.example/ap/u/x": True})
    again = pickle.loads(pickle.dumps(ann))  # noqa: S301 - our own
    assert again.key.private_numbers() == ann.key.private_numbers()
    assert (again.name, again.follows) == (ann.name, ann.follows)
