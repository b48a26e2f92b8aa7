"""What stood in public in rooms before a second person was asked stays there; what never did stays inside once closed."""

from hashlib import sha256

from django.db import migrations


def _digest(key, *texts):
    return sha256("\n".join([key, *texts]).encode()).hexdigest()


def keep(apps, schema_editor):
    Room = apps.get_model("relay", "Room")
    LetOut = apps.get_model("relay", "LetOut")
    RoomTask = apps.get_model("relay", "RoomTask")
    RoomUpdate = apps.get_model("relay", "RoomUpdate")
    for room in Room.objects.all().iterator():
        RoomTask.objects.filter(room=room).update(given_by=room.opened_by_id, given_at=room.opened_at)
        if not room.is_public:
            continue
        rows = [("opening", _digest("opening", room.title, room.about), True)]
        for task in RoomTask.objects.filter(room=room).exclude(state="dropped"):
            rows.append((f"task:{task.pk}", _digest(f"task:{task.pk}", task.what), True))
            if room.state == "closed" and task.note:
                rows.append((f"note:{task.pk}", _digest(f"note:{task.pk}", task.note), True))
        if room.state == "closed":
            rows.append(("result", _digest("result", room.result), True))
            for said in RoomUpdate.objects.filter(room=room):
                rows.append((f"said:{said.pk}", _digest(f"said:{said.pk}", said.text), False))
        at = room.closed_at or room.opened_at
        LetOut.objects.bulk_create(
            [LetOut(room=room, key=key, content_hash=found, is_out=out, at=at) for key, found, out in rows],
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("relay", "0003_words_let_out")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
