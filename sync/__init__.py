"""The sync protocol's pure core: ops, signatures, seals, receipts, pages, merge, judgement. Source: docs/protocol.md.

Nothing here does I/O or reads a clock: bytes and values go in, values come out.
"""

from sync.blobs import (
    CHUNK,
    KEY_BYTES,
    MAX_ASKED,
    MAX_BLOB,
    SEALED_CHUNK,
    BlobsTaken,
    blob_of,
    blobs_of,
    chunk_bytes,
    chunk_count,
    decrypt_chunk,
    encrypt_blob,
    encrypt_chunk,
    file_answer,
    key_use,
    media_type_of,
    take_blobs,
)
from sync.bundles import MAX_BUNDLE_BYTES, Bundle, BundleError, file_name, read_bundle, split_up, write_bundle
from sync.canonical import CanonicalError, answers_hash, b64, canonical, revision_hash, sha, unb64
from sync.copies import make_copy, open_copy
from sync.digests import bucket_digests, differing, in_buckets, repair_applies, root_digest
from sync.duplicates import ALIKE, POINTS, Likeness, Traits, blocking_keys, compare_traits, traits_of
from sync.judge import NOTHING_SEEN, Author, Base, Case, Decision, Head, content_of, judge, value_at
from sync.keys import KeyPair, Kind, key_id, public_key, verify
from sync.merge import Clash, Merge, changed_paths, merge_answers, set_path
from sync.messages import SIGNATURE_HEADER, Signed, adopt_keys, signature, verify_response
from sync.ops import CONTENT, SERVER, UUID, ChainState, Intent, Op, Unreadable, build_op, read_op, verify_op, wire_bytes
from sync.outbox import PUSH_LIMITS, Limits, make_push
from sync.overlay import overlay
from sync.pages import PULL_LIMIT, Applied, CursorState, apply_page, next_limit
from sync.reasons import REASONS, message
from sync.receipts import STORED, Taken, effective, take_receipt
from sync.seal import SealError, seal, unseal
from sync.securing import Securing, secure
from sync.shapes import answers
from sync.slips import Slip, read_slip, slip_holds, write_slip
from sync.spelling import OLD_PREFIXES
from sync.text import fold, nfc_deep
from sync.urgency import chosen_of, is_urgent
from sync.volatile import env_values, moment, recorded
from sync.workflow import VOID, Workflow

__all__ = [
    "ALIKE",
    "CHUNK",
    "CONTENT",
    "KEY_BYTES",
    "MAX_ASKED",
    "MAX_BLOB",
    "MAX_BUNDLE_BYTES",
    "NOTHING_SEEN",
    "OLD_PREFIXES",
    "POINTS",
    "PULL_LIMIT",
    "PUSH_LIMITS",
    "REASONS",
    "SEALED_CHUNK",
    "SERVER",
    "SIGNATURE_HEADER",
    "STORED",
    "UUID",
    "VOID",
    "Applied",
    "Author",
    "Base",
    "BlobsTaken",
    "Bundle",
    "BundleError",
    "CanonicalError",
    "Case",
    "ChainState",
    "Clash",
    "CursorState",
    "Decision",
    "Head",
    "Intent",
    "KeyPair",
    "Kind",
    "Likeness",
    "Limits",
    "Merge",
    "Op",
    "SealError",
    "Securing",
    "Signed",
    "Slip",
    "Taken",
    "Traits",
    "Unreadable",
    "Workflow",
    "adopt_keys",
    "answers",
    "answers_hash",
    "apply_page",
    "b64",
    "blob_of",
    "blobs_of",
    "blocking_keys",
    "bucket_digests",
    "build_op",
    "canonical",
    "changed_paths",
    "chosen_of",
    "chunk_bytes",
    "chunk_count",
    "compare_traits",
    "content_of",
    "decrypt_chunk",
    "differing",
    "effective",
    "encrypt_blob",
    "encrypt_chunk",
    "env_values",
    "file_answer",
    "file_name",
    "fold",
    "in_buckets",
    "is_urgent",
    "judge",
    "key_id",
    "key_use",
    "make_copy",
    "make_push",
    "media_type_of",
    "merge_answers",
    "message",
    "moment",
    "next_limit",
    "nfc_deep",
    "open_copy",
    "overlay",
    "public_key",
    "read_bundle",
    "read_op",
    "read_slip",
    "recorded",
    "repair_applies",
    "revision_hash",
    "root_digest",
    "seal",
    "secure",
    "set_path",
    "sha",
    "signature",
    "slip_holds",
    "split_up",
    "take_blobs",
    "take_receipt",
    "traits_of",
    "unb64",
    "unseal",
    "value_at",
    "verify",
    "verify_op",
    "verify_response",
    "wire_bytes",
    "write_bundle",
    "write_slip",
]
