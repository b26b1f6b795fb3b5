"""Synthetic people and companies that pass every check digit and belong to nobody (facts.md D): ID numbers of area 140298, which was
never assigned; organisation codes PDY00001..PDY99999, which the standard reserves for private use; cards of the test range 620000."""
import datetime

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FAMILY = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林郑"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文斌海燕建国志红"


def id_number(index, *, female=None, birth=None, area="140298"):
    """A valid number, one for each index (0..9,999,999): born 1964..1998 unless birth is given; odd indexes are men unless said."""
    female = index % 2 == 0 if female is None else female
    birth = birth or datetime.date(1966, 1, 1) + datetime.timedelta(days=index * 37 % 12000)
    order = index // 12000 * 2 % 998 + (2 if female else 1)
    body = f"{area}{birth:%Y%m%d}{order:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS)) % 11]


def uscc(index, kind="91", division="140214"):
    """A valid unified social credit code; index 1..99,999."""
    body = f"PDY{index:05d}"
    check = 11 - sum(int(char, 36) * weight for char, weight in zip(body, _BODY_WEIGHTS)) % 11
    text = f"{kind}{division}{body}{'X' if check == 10 else '0' if check == 11 else check}"
    total = sum(_USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(text))
    return text + _USCC_ALPHABET[(31 - total % 31) % 31]


def card(index, length=19):
    """A valid card number by Luhn."""
    body = "620000" + str(index).zfill(length - 7)
    total = sum((2 * int(digit) - 9 if int(digit) > 4 else 2 * int(digit)) if place % 2 == 0 else int(digit)
                for place, digit in enumerate(reversed(body)))
    return body + str(-total % 10)


def phone(index):
    return f"1990000{index % 10000:04d}"


def name(index):
    family = _FAMILY[index % len(_FAMILY)]
    first, second = _GIVEN[index // 20 % len(_GIVEN)], _GIVEN[index // 640 % len(_GIVEN)]
    return family + first + (second if index % 3 else "")


def is_female(number):
    return int(number[16]) % 2 == 0
