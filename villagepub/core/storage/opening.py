"""From the settings to a storage."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from config.storage import Place, faults_of_place
from villagepub.core.storage.edge import Storage
from villagepub.core.storage.folder import FileStorage


def open_storage(place: Place) -> Storage:
    """The storage that the address names. Raises ValueError when ``faults_of_place`` finds something."""
    if faults := faults_of_place(place):
        raise ValueError("；".join(f"{variable} {sentence}" for variable, sentence in faults))
    parts = urlsplit(place.url)
    if parts.scheme == "file":
        return FileStorage(Path(unquote(parts.path)))
    from villagepub.core.storage.s3 import S3Storage  # boto3 takes half a second to load, and a folder needs none

    return S3Storage(
        parts.netloc,
        parts.path.strip("/"),
        endpoint_url=place.s3_endpoint_url,
        region=place.s3_region,
        addressing_style=place.s3_addressing_style,
    )
