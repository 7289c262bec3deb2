"""Sending files after the ops that name them, chunk by chunk, and fetching those of records others made (P-20).

What goes out is what lies on the disk: chunks the device itself need not open, so a file is sent in the same way with
and without the PIN. The server says after each chunk which are still missing; whatever is cut off is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from client.blob_folder import BlobFolder
from client.errors import DeviceError
from client.sealed_files import SealedFiles
from client.wire import Trust, Wire
from sync.blobs import MAX_ASKED, BlobsTaken, chunk_count, take_blobs
from sync.canonical import sha

NO_ROOM = frozenset({"blob.device_full", "blob.store_full"})  # the next file would not fit either


class Upload:
    """The files of one vault on their way to the server.

    epoch: whose word counts; None: that of the first answer, for a vault nobody can open.
    """

    def __init__(
        self,
        wire: Wire,
        device: str,
        epoch: str | None,
        trust: Trust,
        token: str,
        files: SealedFiles,
        folder: BlobFolder,
    ) -> None:
        self.wire, self.device, self.epoch, self.trust, self.token = wire, device, epoch, trust, token
        self.files, self.folder = files, folder

    def send(self, between: Callable[[], None], tell: Callable[[int, int], None]) -> None:
        """Everything that waits. A file the server refuses delays no other (I10).

        between(): called before each chunk, so that what was finalised meanwhile goes first. tell(done, total): chunks.
        Raises DeviceError net.*, or that the server has no room.
        """
        waiting = self.files.waiting(self.epoch)
        sizes = {each["blob"]: chunk_count(each["size"]) for each in waiting}
        done, total = 0, sum(sizes.values())
        tell(done, total)
        for at in range(0, len(waiting), MAX_ASKED):
            part = waiting[at : at + MAX_ASKED]
            asked = {"device": self.device, "blobs": [{key: each[key] for key in ("blob", "size")} for each in part]}
            taken = self._take(part, self.wire.post("blobs/ask", asked, "blob", self.trust, self.token).body)
            missing: dict[str, list[int]] = {}
            for blob, i in taken.missing:
                missing.setdefault(blob, []).append(i)
            for each in part:
                wanted = missing.get(each["blob"], [])
                done += sizes[each["blob"]] - len(wanted)
                for left in self._send_file(each, wanted, between):
                    tell(done + len(wanted) - left, total)
                done += len(wanted)

    def _send_file(self, each: Mapping[str, Any], missing: list[int], between: Callable[[], None]):
        """Send one file's missing chunks; yields how many are left after each."""
        while missing:
            between()
            i = missing[0]
            chunk = self.folder.chunk(each["place"], i)
            if chunk is None:
                self.files.refuse(each["blob"], "file.lost")
                return
            try:
                asked = {"device": self.device, "size": str(each["size"])}
                path = f"blobs/{each['blob']}/{i}"
                answer = self.wire.put(path, asked, chunk, each["key"], "blob", self.trust, self.token)
            except DeviceError as refused:
                if not refused.code.startswith("blob."):
                    raise
                self.files.refuse(each["blob"], refused.code)
                if refused.code in NO_ROOM:
                    raise
                return
            after = [i for _, i in self._take([each], answer.body).missing]
            if len(after) >= len(missing):
                return  # nothing won: the next round tries again
            missing = after
            yield len(missing)

    def _take(self, part: Sequence[Mapping[str, Any]], answer: Mapping[str, Any]) -> BlobsTaken:
        if self.epoch is None:
            self.epoch = str(answer["epoch"])
        if answer["epoch"] != self.epoch:
            raise DeviceError("net.server")  # restored since hello: the next round greets it anew
        taken = take_blobs(part, answer, epoch=self.epoch, device=self.device)
        for blob in taken.stored:
            self.files.settle(blob, self.epoch)
        return taken


def fetch(wire: Wire, token: str, blob: str) -> bytes:
    """The bytes of a file somebody else attached. Its name, out of a signed page, is its proof.

    Raises DeviceError blob.unknown, blob.not_arrived, net.*.
    """
    first, size = wire.blob_chunk(blob, 0, token)
    plain = b"".join([first, *(wire.blob_chunk(blob, i, token)[0] for i in range(1, chunk_count(size)))])
    if sha(plain) != blob:
        raise DeviceError("net.file", {"hash": blob})
    return plain
