#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes journal-format-1.json, the test vectors of journal format 1.

Nothing here is random and nothing is read: every run writes the same bytes.
It uses only the standard library of Python 3.11 and shares no code with the
server, so that two programs written separately have to agree.

    make_vectors.py            writes the file beside this script
    make_vectors.py --check    writes nothing; exit 1 if the file differs
"""

import base64
import hashlib
import json
import sys
import unicodedata
from pathlib import Path

OUTPUT = Path(__file__).resolve().parent / "journal-format-1.json"
LARGEST = 2**53 - 1  # the largest integer every JSON reader keeps exactly


def sha256(data):
    return hashlib.sha256(data).digest()


def base64url(data):
    """Base64 for web addresses, without the '=' padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def base64std(data):
    return base64.b64encode(data).decode()


# --- JSON text, RFC 8785 ----------------------------------------------------

SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def json_character(character):
    """One character of a JSON string: only '"', '\\' and U+0000…U+001F are escaped."""
    if character in SHORT_ESCAPES:
        return SHORT_ESCAPES[character]
    if ord(character) < 0x20:
        return "\\u%04x" % ord(character)
    return character


def json_value(value):
    """The RFC 8785 text of a string, integer, boolean or null."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        assert -LARGEST <= value <= LARGEST
        return str(value)
    assert unicodedata.is_normalized("NFC", value), "strings are NFC"
    return '"' + "".join(json_character(c) for c in value) + '"'


def json_array(items):
    return "[" + ",".join(json_value(item) for item in items) + "]"


# --- Disclosures ------------------------------------------------------------


def make_disclosure(secret, name, value):
    """One (name, value) pair: its salt, its disclosure and its digest."""
    salt = base64url(sha256(secret + name.encode())[:16])
    disclosure = base64url(json_array([salt, name, value]).encode())
    return {
        "secret": secret.hex(),
        "name": name,
        "value": value,
        "salt": salt,
        "disclosure": disclosure,
        "digest": base64url(sha256(disclosure.encode("ascii"))),
    }


# The entries 0…6 of a made-up population journal, one list of pairs each.
ENTRIES = [
    [
        ("id", "001094000017"),
        ("name", "Nguyễn Thị Hồng Nhung"),
        ("born", "1994-03-08"),
        ("address", 'Số 5, ngõ 12 "cũ", phố Hàng Đào, phường Hoàn Kiếm, Hà Nội'),
        ("married", True),
        ("deceased", False),
        ("spouse", None),
        ("_author", "officer:lan"),
        ("_cause", "dossier 01/2026"),
    ],
    [
        ("id", "001200000042"),
        ("name", "Đặng Quốc Ưởng"),
        ("slash", "a/b//c </script>"),
        ("backslash", "C:\\thư mục\\mới"),
        ("quote", '"'),
        ("empty", ""),
        ("_author", "system:civil-status"),
        ("_cause", "birth 17/2026"),
    ],
    [
        ("lines", "dòng một\ndòng hai\r\n"),
        ("tab", "cột\tcột"),
        ("backspace and form feed", "\b\f"),
        ("control 1", "\u0001"),
        ("control 31", "\u001f"),
        ("delete", "\u007f"),
        ("separators", "\u2028\u2029"),
        ("all", 'ặ"\\/\b\f\n\r\t\u0001\u007f€😀'),
    ],
    [
        ("zero", 0),
        ("one", 1),
        ("negative", -17),
        ("largest", LARGEST),
        ("smallest", -LARGEST),
        ("digits", "0"),
        ("word", "null"),
        ("amount", 123456789012345),
    ],
    [
        ("emoji", "🏙️ Thăng Long 👩\u200d🌾 🇻🇳"),
        ("beyond", "\U00020000 𝄞 \U0010ffff"),
        ("ghi chú", "tên trường có dấu"),
        ("say \"hi\"\\", "a name that needs escaping"),
        ("html", "<b>&amp;</b> 'x'"),
        ("spaces", "  hai  dấu cách  "),
    ],
    [("id", "001094000017"), ("address", "Thôn Đoài, xã Đông Anh, Hà Nội"), ("_author", "officer:lan"), ("_cause", "move 9/2026")],
    [("id", "001200000042"), ("_author", "officer:minh"), ("_cause", "duplicate of 001200000024"), ("_retired", True)],
]


def entry_disclosures(number, pairs):
    """All disclosures of one entry; one secret serves the whole entry."""
    secret = sha256(b"journal format 1, secret of entry %d" % number)
    return [make_disclosure(secret, name, value) for name, value in pairs]


# --- Leaves -----------------------------------------------------------------


def make_leaf(digests, effective, number, recorded, register, unit):
    """The leaf of one entry: its exact bytes and its hash in the tree."""
    members = [
        ("_sd", json_array(sorted(digests, key=lambda digest: digest.encode("ascii")))),
        ("effective", json_value(effective)),
        ("number", json_value(number)),
        ("recorded", json_value(recorded)),
        ("register", json_value(register)),
        ("unit", json_value(unit)),
    ]
    text = "{" + ",".join(json_value(name) + ":" + value for name, value in members) + "}"
    return {
        "digests": digests,
        "effective": effective,
        "number": number,
        "recorded": recorded,
        "register": register,
        "unit": unit,
        "bytes": text,
        "hash": leaf_hash(text.encode()).hex(),
    }


def population_leaves(entries):
    """Leaves 0…6 over the disclosures above; together they are one small journal."""
    return [
        make_leaf(
            [item["digest"] for item in disclosures],
            "2026-01-%02d" % (31 - number),
            number,
            "2026-02-01T03:04:%02d.%03dZ" % (5 + number, (678 + 111 * number) % 1000),
            "population",
            "%02d" % (1 + number % 3),
        )
        for number, disclosures in enumerate(entries)
    ]


def other_leaves():
    """Leaves of other registers, with digests of values nobody knows."""
    digest = lambda text: base64url(sha256(text.encode()))
    return [
        make_leaf([digest("alone")], "2024-02-29", 255, "2024-02-29T23:59:59.999Z", "land-parcel", "00004"),
        make_leaf([digest("erased %d" % i) for i in range(40)], "1986-12-15", 256, "2026-07-01T00:00:00.000Z", "land-right", "H26.5"),
        make_leaf([digest(c) for c in "bac"], "2045-09-02", LARGEST, "2045-09-02T17:00:00.001Z", "ledger", 'Sở "Tài chính"'),
    ]


# --- Tree, RFC 9162 section 2.1 ---------------------------------------------


def leaf_hash(data):
    return sha256(b"\x00" + data)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def split(count):
    """The largest power of two smaller than count."""
    return 1 << ((count - 1).bit_length() - 1)


def root_of(hashes):
    """The root over leaf hashes (2.1.1)."""
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node_hash(root_of(hashes[:k]), root_of(hashes[k:]))


def inclusion_path(index, hashes):
    """The hashes that lead from one leaf to the root (2.1.3.1)."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return inclusion_path(index, hashes[:k]) + [root_of(hashes[k:])]
    return inclusion_path(index - k, hashes[k:]) + [root_of(hashes[:k])]


def consistency_path(first, hashes, whole=True):
    """The hashes that show the first leaves are unchanged in a larger tree (2.1.4.1)."""
    if first == len(hashes):
        return [] if whole else [root_of(hashes)]
    k = split(len(hashes))
    if first <= k:
        return consistency_path(first, hashes[:k], whole) + [root_of(hashes[k:])]
    return consistency_path(first - k, hashes[k:], False) + [root_of(hashes[:k])]


def inclusion_holds(index, size, leaf, path, root):
    """Checks an inclusion path step by step (2.1.3.2), not by rebuilding the tree."""
    if index >= size:
        return False
    fn, sn, result = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and result == root


def consistency_holds(first, second, path, first_root, second_root):
    """Checks a consistency path step by step (2.1.4.2)."""
    if first == second:
        return path == [] and first_root == second_root
    if not 0 < first < second or not path:
        return False
    if first & (first - 1) == 0:
        path = [first_root] + path
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for item in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(item, old), node_hash(item, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, item)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == second_root


# The eight leaves and roots that certificate transparency programs test with.
KNOWN_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

CONSISTENCY_CASES = [
    (1, 1), (1, 2), (2, 2), (1, 3), (2, 3), (3, 3), (3, 4), (3, 7), (4, 7), (6, 7), (7, 7),
    (1, 8), (4, 8), (5, 8), (6, 8), (7, 8), (8, 8), (8, 255), (127, 255), (128, 255), (129, 255), (254, 255), (255, 255),
    (1, 256), (64, 256), (128, 256), (255, 256), (256, 256), (1, 257), (128, 257), (255, 257), (256, 257), (257, 257),
    (1, 300), (7, 300), (64, 300), (128, 300), (150, 300), (200, 300), (256, 300), (257, 300), (299, 300), (300, 300),
]  # fmt: skip


def tree_leaves():
    """300 short pieces of data: the eight known ones, then made-up ones of 1 to 9 bytes."""
    made_up = [sha256(b"tree leaf %d" % i)[: 1 + i % 9] for i in range(len(KNOWN_LEAVES), 300)]
    return [bytes.fromhex(text) for text in KNOWN_LEAVES] + made_up


def inclusion_cases():
    for size in (1, 2, 3, 7, 8):
        yield from ((index, size) for index in range(size))
    for size in (100, 255, 256, 257, 300):
        marks = {0, 1, size // 2, 127, 128, 200, 255, 256, size - 2, size - 1}
        yield from ((index, size) for index in sorted(marks) if index < size)


def make_inclusion(hashes, index, size):
    path = inclusion_path(index, hashes[:size])
    assert inclusion_holds(index, size, hashes[index], path, root_of(hashes[:size]))
    return {"index": index, "size": size, "path": [item.hex() for item in path]}


def make_consistency(hashes, first, second):
    path = consistency_path(first, hashes[:second])
    assert consistency_holds(first, second, path, root_of(hashes[:first]), root_of(hashes[:second]))
    return {"from": first, "to": second, "path": [item.hex() for item in path]}


def make_tree():
    leaves = tree_leaves()
    hashes = [leaf_hash(data) for data in leaves]
    roots = [root_of(hashes[:size]).hex() for size in range(len(hashes) + 1)]
    assert roots[: len(KNOWN_ROOTS)] == KNOWN_ROOTS
    return {
        "leaves": [data.hex() for data in leaves],
        "roots": [{"size": size, "root": root} for size, root in enumerate(roots)],
        "inclusion": [make_inclusion(hashes, index, size) for index, size in inclusion_cases()],
        "consistency": [make_consistency(hashes, first, second) for first, second in CONSISTENCY_CASES],
    }


# --- Ed25519, RFC 8032 section 5.1 ------------------------------------------

P = 2**255 - 19  # coordinates are counted modulo P
L = 2**252 + 27742317777372353535851937790883648493  # the number of points used
D = -121665 * pow(121666, -1, P) % P  # the curve is -x² + y² = 1 + D·x²·y²


def point_add(a, b):
    """Adds two points kept as (X, Y, Z, T): x = X/Z, y = Y/Z, x·y = T/Z."""
    m = (a[1] - a[0]) * (b[1] - b[0]) % P
    n = (a[1] + a[0]) * (b[1] + b[0]) % P
    c = 2 * a[3] * b[3] * D % P
    d = 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(number, point):
    """Adds a point to itself the given number of times, by doubling."""
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        number >>= 1
    return result


def same_point(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_bytes(point):
    scale = pow(point[2], -1, P)
    x, y = point[0] * scale % P, point[1] * scale % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def point_from(data):
    """Reads a point from 32 bytes, or None if there is none (5.1.3)."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point_from((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def number_from(*parts):
    """SHA-512 over the parts, as a number (little end first)."""
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def secret_scalar(seed):
    """Splits a seed into its secret number and its prefix (5.1.5)."""
    digest = hashlib.sha512(seed).digest()
    number = int.from_bytes(digest[:32], "little")
    return number & ((1 << 254) - 8) | 1 << 254, digest[32:]


def public_key(seed):
    return point_bytes(point_times(secret_scalar(seed)[0], BASE))


def sign(seed, message):
    """An Ed25519 signature (5.1.6)."""
    scalar, prefix = secret_scalar(seed)
    nonce = number_from(prefix, message) % L
    commitment = point_bytes(point_times(nonce, BASE))
    challenge = number_from(commitment, public_key(seed), message) % L
    return commitment + ((nonce + challenge * scalar) % L).to_bytes(32, "little")


def signature_holds(public, message, signature):
    """Checks an Ed25519 signature (5.1.7)."""
    key, commitment = point_from(public), point_from(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or number >= L or len(signature) != 64:
        return False
    challenge = number_from(signature[:32], public, message) % L
    return same_point(point_times(number, BASE), point_add(commitment, point_times(challenge, key)))


RFC8032_TESTS = [  # section 7.1, tests 1 to 3: seed, public key, message, signature
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def check_ed25519():
    for seed, public, message, signature in (map(bytes.fromhex, test) for test in RFC8032_TESTS):
        assert public_key(seed) == public
        assert sign(seed, message) == signature
        assert signature_holds(public, message, signature)
        assert not signature_holds(public, message + b"\x00", signature)
        assert not signature_holds(public, message, signature[:63] + bytes([signature[63] ^ 1]))


# --- Checkpoints: C2SP tlog-checkpoint and signed-note ----------------------


def key_hash(name, public):
    return sha256(name.encode() + b"\n\x01" + public)[:4]


def verifier_key(name, public):
    """The line by which others know a signing key: name+hash+key."""
    return name + "+" + key_hash(name, public).hex() + "+" + base64std(b"\x01" + public)


def sign_note(name, seed, text):
    """A signed note: the text, an empty line, the signature line."""
    signature = key_hash(name, public_key(seed)) + sign(seed, text.encode())
    return text + "\n— " + name + " " + base64std(signature) + "\n"


def check_note():
    """The example note in the documentation of Go's package sumdb/note."""
    seed = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    assert verifier_key("PeterNeumann", public_key(seed)) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert sign_note("PeterNeumann", seed, text) == text + "\n" + line


def make_checkpoint(origin, size, root):
    seed = sha256(b"journal format 1, signing key of " + origin.encode())
    note = sign_note(origin, seed, origin + "\n" + str(size) + "\n" + base64std(root) + "\n")
    return {
        "seed": seed.hex(),
        "origin": origin,
        "size": size,
        "root": root.hex(),
        "key": verifier_key(origin, public_key(seed)),
        "note": note,
    }


def make_checkpoints(leaves):
    """One over the population leaves above, one over the tree of 300, one over an empty tree."""
    journal = [bytes.fromhex(leaf["hash"]) for leaf in leaves if leaf["register"] == "population"]
    tree = [leaf_hash(data) for data in tree_leaves()]
    return [
        make_checkpoint("thanglong/demo/population", len(journal), root_of(journal)),
        make_checkpoint("thanglong/demo/land-parcel", len(tree), root_of(tree)),
        make_checkpoint("thanglong/ha-noi/ledger", 0, root_of([])),
    ]


# --- Tile addresses: C2SP tlog-tiles ----------------------------------------


def tile_path(level, index, width):
    """The address of a hash tile; three digits a folder, all but the last with an x."""
    groups = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        groups.insert(0, "x%03d" % (index % 1000))
    partial = "" if width == 256 else ".p/%d" % width
    return "tile/%d/%s%s" % (level, "/".join(groups), partial)


TILE_CASES = [
    (0, 0, 1), (0, 0, 255), (0, 0, 256), (0, 1, 44), (1, 0, 1), (2, 0, 1), (0, 273, 112), (1, 1, 17), (0, 7, 256), (0, 42, 256),
    (0, 999, 256), (0, 999, 99), (0, 1000, 256), (0, 1000, 1), (1, 1001, 200), (0, 12345, 256), (0, 65535, 256), (0, 999999, 256),
    (0, 1000000, 256), (0, 1000000, 128), (0, 1234067, 256), (3, 1234067, 8), (0, 999999999, 256), (0, 1000000000, 255),
    (4, 35184372088831, 256), (63, 0, 1),
]  # fmt: skip


def make_tiles():
    assert tile_path(0, 1234067, 256) == "tile/0/x001/x234/067"
    return [{"level": level, "index": index, "width": width, "path": tile_path(level, index, width)}
            for level, index, width in TILE_CASES]  # fmt: skip


# --- The file ---------------------------------------------------------------


def make_vectors():
    entries = [entry_disclosures(number, pairs) for number, pairs in enumerate(ENTRIES)]
    leaves = population_leaves(entries) + other_leaves()
    return {
        "disclosures": [item for disclosures in entries for item in disclosures],
        "leaves": leaves,
        "tree": make_tree(),
        "checkpoints": make_checkpoints(leaves),
        "tiles": make_tiles(),
    }


def check_vectors(vectors):
    """A last look with other means than those that made the values."""
    for item in vectors["disclosures"]:
        again = base64.urlsafe_b64decode(item["disclosure"] + "=" * (-len(item["disclosure"]) % 4)).decode()
        assert json.loads(again) == [item["salt"], item["name"], item["value"]]
        assert again == json.dumps(json.loads(again), ensure_ascii=False, separators=(",", ":"))
    for leaf in vectors["leaves"]:
        again = json.dumps(json.loads(leaf["bytes"]), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        assert again == leaf["bytes"]
    for item in vectors["checkpoints"]:
        text, line = item["note"].rsplit("\n\n", 1)
        public = base64.b64decode(item["key"].split("+", 2)[2])[1:]
        assert signature_holds(public, text.encode() + b"\n", base64.b64decode(line.split(" ")[2])[4:])


def main(arguments):
    if arguments not in ([], ["--check"]):
        print("usage: make_vectors.py [--check]", file=sys.stderr)
        return 2
    check_ed25519()
    check_note()
    vectors = make_vectors()
    check_vectors(vectors)
    data = (json.dumps(vectors, indent=1, ensure_ascii=False) + "\n").encode()
    assert len(data) < 300_000
    if arguments == ["--check"]:
        same = OUTPUT.exists() and OUTPUT.read_bytes() == data
        print(OUTPUT.name, "is up to date" if same else "differs: run make_vectors.py and look at the change")
        return 0 if same else 1
    OUTPUT.write_bytes(data)
    print(OUTPUT.name, len(data), "bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
