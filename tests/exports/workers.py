"""``flask worker`` with a short lease, so that what a killed one had is soon taken over: a process of its own."""

from datetime import timedelta

from villagepub.jobs import supervisor
from villagepub.jobs.worker import Worker


def main() -> None:
    from wsgi import app

    with app.app_context():
        supervisor.work(Worker(app.app_context, schedules=(), lease=timedelta(seconds=1), pause=0.05))


if __name__ == "__main__":
    main()
