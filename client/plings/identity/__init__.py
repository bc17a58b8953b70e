"""Identity: paths, class pointers, keys, tags and the URLs that hold them.

Pure and offline: no files, no network, no chain.
"""

from plings.identity.address import format_address, is_weak_key, parse_address
from plings.identity.class_pointer import ClassPointer, class_pointer
from plings.identity.code import make_code
from plings.identity.keys import Identity, Node, derive_node, identity_node, master_node, parse_seed_hex
from plings.identity.path import PATH_BYTES, ClassPath, Path
from plings.identity.segment import ALPHABET, SEGMENT_LIMIT, format_segment, parse_segment
from plings.identity.tag import decode_signature, encode_signature, sign_tag, tag_message, verify_tag
from plings.identity.url import DEFAULT_HOST, ScanUrl
from plings.identity.verification import Grade, Verdict, check_url, parse_keys

__all__ = [
    "ALPHABET",
    "DEFAULT_HOST",
    "PATH_BYTES",
    "SEGMENT_LIMIT",
    "ClassPath",
    "ClassPointer",
    "Grade",
    "Identity",
    "Node",
    "Path",
    "ScanUrl",
    "Verdict",
    "check_url",
    "class_pointer",
    "decode_signature",
    "derive_node",
    "encode_signature",
    "format_address",
    "format_segment",
    "identity_node",
    "is_weak_key",
    "make_code",
    "master_node",
    "parse_address",
    "parse_keys",
    "parse_seed_hex",
    "parse_segment",
    "sign_tag",
    "tag_message",
    "verify_tag",
]
