"""A process that asks the platform with many threads at once, each time it is told to by a line on its input."""

import sys
from concurrent.futures import ThreadPoolExecutor

from villagepub.extensions import wechat
from villagepub.wechat.answers import Scene

THREADS = 25


def main() -> None:
    from wsgi import app

    def ask(number: int) -> str:
        with app.app_context():
            return wechat.check_text(sys.argv[1], Scene.COMMENT, f"第 {number} 条").suggest

    print("ready", flush=True)  # noqa: T201  to the test that started it
    for _ in sys.stdin:
        with ThreadPoolExecutor(THREADS) as pool:
            print(*set(pool.map(ask, range(THREADS))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
