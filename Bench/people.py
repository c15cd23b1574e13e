# SPDX-License-Identifier: Apache-2.0
"""The people: our program's synthetic city, the same people in the floor's columns, and the lists of requests.

Files are read and written line by line and samples are drawn on the way, so that eight million people need no memory.
"""
import csv
import random
import re
import unicodedata
from collections import Counter

from report import BenchError, say

PROVINCES = ("001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 "
             "040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 "
             "083 084 086 087 089 091 092 093 094 095 096").split()
FLOOR_COLUMNS = "id12,name,birth_date,sex,household_id,ward_code,address\n"
IDS, NAMES, HOUSEHOLDS, PREFIXES = 20_000, 2_000, 20_000, 800
SEED = 20170718


class City:
    """The files of one synthetic city; one without our program (`--only floors`) has only the floor's."""

    def __init__(self, folder, people=0):
        self.folder, self.people = folder, people
        self.population, self.household = folder / "population.csv", folder / "household.csv"
        self.floor, self.delta = folder / "floor.csv", folder / "delta.csv"
        self.ids, self.names = folder / "ids.txt", folder / "names.txt"
        self.households, self.prefixes = folder / "households.txt", folder / "prefixes.txt"


def fold(text):
    """Lower case without diacritics, đ as d: how names are searched."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in parts if not unicodedata.combining(c)).lower()


class Lists:
    """Draws the lists of requests from the people as they pass by, the same for the same people."""

    def __init__(self):
        self._random = random.Random(SEED)
        self._ids, self._names, self._households = [], [], []
        self._seen, self._prefixes = 0, Counter()

    def take(self, id, name, household, commune):
        self._seen += 1
        self._prefixes[id[:6]] += 1
        for kept, most, value in ((self._ids, IDS, id), (self._names, NAMES, name),
                                  (self._households, HOUSEHOLDS, f"{household} {commune}")):
            if len(kept) < most:
                kept.append(value)
            else:
                place = self._random.randrange(self._seen)
                if place < most:
                    kept[place] = value

    def write(self, city):
        self._random.shuffle(self._ids)
        for file, lines in ((city.ids, self._ids), (city.households, self._households),
                            (city.names, [fold(name).replace(" ", "+") for name in self._names]),
                            (city.prefixes, self._unused_prefixes())):
            with _WrittenFile(file) as out:
                out.writelines(line + "\n" for line in lines)

    def _unused_prefixes(self):
        """Beginnings of IDs (province, woman born in 19YY, YY) that hardly anybody has, to write new people with."""
        all_of_them = [(self._prefixes[f"{p}1{y:02d}"], f"{p}1{y:02d} 19{y:02d}") for p in PROVINCES
                       for y in range(40, 100)]
        return [line for _, line in sorted(all_of_them)[:PREFIXES]]


def make_city(folder):
    """Derives what the harness needs from the CSV files that `thanglong synth` wrote."""
    city, lists = City(folder), Lists()
    with open(city.population, encoding="utf-8", newline="") as lines, _WrittenFile(city.floor) as floor:
        for row in _rows(lines, "id name birth sex household commune".split()):
            birth = row["birth"] if len(row["birth"]) == 10 else f"{row['birth'][:4]}-01-01"
            sex = "F" if fold(row["sex"]) in ("female", "f", "nu") else "M"
            text = " ".join(filter(None, (row.get(c) for c in ("ethnicity", "old_id", "phone", "relation"))))
            lists.take(row["id"], row["name"], row["household"], row["commune"])
            digits = re.sub(r"\D", "", row["household"]) or "0"
            floor.write(",".join((row["id"], row["name"].replace(",", " "), birth, sex, digits, row["commune"],
                                  text.replace(",", " "))) + "\n")
            city.people += 1
    lists.write(city)
    with open(city.population, encoding="utf-8", newline="") as lines, _WrittenFile(city.delta) as out:
        _copy_changed(csv.reader(lines), csv.writer(out, lineterminator="\n"))
    (folder / "people").write_text(f"{city.people}\n")
    return city


def make_city_of_the_floor(folder, people):
    """Invented people in the floor's columns alone, for `--only floors`, which needs no program of ours."""
    city, lists = City(folder, people), Lists()
    with _WrittenFile(city.floor) as floor:
        for i in range(people):
            row = invented_person(i)
            lists.take(row[0], row[1], row[4], row[5])
            floor.write(",".join(row) + "\n")
    lists.write(city)
    (folder / "people").write_text(f"{people}\n")
    return city


def known_city(folder):
    """A city that an earlier run made whole, or None."""
    mark = folder / "people"
    return City(folder, int(mark.read_text())) if mark.exists() else None


def _rows(lines, needed):
    reader = csv.DictReader(lines)
    missing = [c for c in needed if c not in (reader.fieldnames or [])]
    if missing:
        raise BenchError(f"population.csv has no column {', '.join(missing)}")
    return reader


def _copy_changed(reader, writer):
    """Every hundredth person, or the next one who has a phone, gets another number."""
    header = next(reader)
    phone, due = header.index("phone"), False
    writer.writerow(header)
    for number, row in enumerate(reader):
        due = due or number % 100 == 0
        if due and row[phone][-1:].isdigit():
            row[phone] = row[phone][:-1] + str((int(row[phone][-1]) + 1) % 10)
            writer.writerow(row)
            due = False


class _WrittenFile:
    """A text file that gets its name when it is whole; the floor's starts with its columns."""

    def __init__(self, path):
        self._path, self._part = path, path.with_name(path.name + ".part")

    def __enter__(self):
        self._file = open(self._part, "w", encoding="utf-8", newline="", buffering=1 << 20)
        if self._path.name == "floor.csv":
            self._file.write(FLOOR_COLUMNS)
        return self._file

    def __exit__(self, kind, *_):
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            say(f"{self._path.name} was not finished.")


# Invented people: person i depends on i alone, so the same number of people is always the same bytes.

FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đoàn Lương Mai".split()
FAMILY_SHARES = [38, 11, 10, 7, 5, 5, 5, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 2]
FAMILY_OF_HUNDRED = [name for name, share in zip(FAMILIES, FAMILY_SHARES) for _ in range(share)]
MIDDLES = ("Văn Hữu Đức Quang Minh Công Đình Xuân Ngọc Thành Quốc Gia Bá Tuấn Anh".split(),
           "Thị Ngọc Thu Thanh Phương Minh Hồng Bích Kim Diệu Khánh Thùy Mai Lan Hải".split())
GIVEN = ("Anh Hùng Dũng Tuấn Sơn Nam Long Hải Thắng Cường Trung Đạt Khoa Phúc Bình Quân Huy Việt Thành Kiên Tùng Lâm "
         "Phong Đông Tiến Toàn Vinh Hưng Duy Khánh".split(),
         "Hương Lan Hoa Mai Linh Trang Thảo Ngân Hà Yến Nhung Hạnh Loan Thủy Tuyết Vân Nga Quỳnh Giang Chi Diệp Đào "
         "Hiền Phượng Uyên Trâm Ánh Oanh Dung Thơ".split())
STREETS = ("Hàng Bài,Trần Hưng Đạo,Lý Thường Kiệt,Giải Phóng,Nguyễn Trãi,Cầu Giấy,Xuân Thủy,Láng Hạ,Đê La Thành,Kim Mã,"
           "Đội Cấn,Hoàng Hoa Thám,Âu Cơ,Lạc Long Quân,Trường Chinh,Bạch Mai,Phố Huế,Minh Khai,Tam Trinh,"
           "Ngọc Hồi").split(",")
WARDS, YEARS, MASK = 126, range(1926, 2026), (1 << 64) - 1


def mixed(number):
    """SplitMix64: chance without a state."""
    number = (number + 0x9E3779B97F4A7C15) & MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return number ^ (number >> 31)


def invented_person(i):
    a, b = mixed(i * 3 + 1), mixed(i * 3 + 2)
    sex = a & 1
    name = f"{FAMILY_OF_HUNDRED[(a >> 8) % 100]} {MIDDLES[sex][(a >> 20) % 15]} {GIVEN[sex][(a >> 32) % 30]}"
    year, month, day = YEARS[b % len(YEARS)], 1 + (b >> 16) % 12, 1 + (b >> 32) % 28
    household = i * 10 // 37  # 3.7 people a household
    h = mixed(household ^ 0x5DEECE66D)
    province, century = 1 + i // 1_000_000, 0 if year < 2000 else 2
    return (f"{province:03d}{century + sex}{year % 100:02d}{i % 1_000_000:06d}", name,
            f"{year}-{month:02d}-{day:02d}", "MF"[sex], str(household + 1), str(10_000 + (h % WARDS) * 3),
            f"{1 + (h >> 8) % 300} {STREETS[(h >> 24) % 20]}")
