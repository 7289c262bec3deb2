"""Attachments: which ops name them, and which have arrived. The bytes lie in the blob store (`server/blob_store.py`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import Hash, Uuid


class BlobRef(db.Model):
    """A stored op names a blob in its header."""

    __tablename__ = "blob_ref"

    op_h: Mapped[Hash] = mapped_column(ForeignKey("op.h"), primary_key=True)
    blob: Mapped[Hash] = mapped_column(primary_key=True)
    rec: Mapped[Uuid]

    __table_args__ = (Index("ix_blob_ref_blob_rec", "blob", "rec"),)


class Blob(db.Model):
    """A blob whose bytes came for this record: all of them, their hash verified, on the disk.

    For each record anew, although the store keeps equal bytes once: else who knows a hash, and not the bytes, could
    name it in a record of her own and read it there.
    """

    __tablename__ = "blob"

    blob: Mapped[Hash] = mapped_column(primary_key=True)
    rec: Mapped[Uuid] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    device_id: Mapped[Uuid] = mapped_column(ForeignKey("device.device_id"), index=True)  # that sent them
    arrived_at: Mapped[datetime] = mapped_column(UtcTime)

    __table_args__ = (CheckConstraint("size > 0", name="size"),)
